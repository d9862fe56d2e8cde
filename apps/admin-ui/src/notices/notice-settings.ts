import { useSyncExternalStore } from 'react';

/** Which notices this browser shows, and for which jobs. Stored in this browser only. */
export type NoticeSettings = {
  readonly on: boolean;
  /** When a job ends that the user submitted. */
  readonly own: boolean;
  /** When any job fails. */
  readonly failed: boolean;
  /** When a stop is not proven, of any job. */
  readonly unproven: boolean;
  /** When a host is silent. */
  readonly hostSilent: boolean;
  /** When the queue is stuck, and when that is over. */
  readonly queueStuck: boolean;
  /** Jobs that the user follows, newest first. */
  readonly followed: readonly string[];
};

const KEY = 'renderdeck.notices';
const MOST_FOLLOWED = 200;
const DEFAULTS: NoticeSettings = {
  ...{ on: false, own: true, failed: false, unproven: true, hostSilent: false, queueStuck: false },
  followed: [],
};

const listeners = new Set<() => void>();
let known: { text: string | null; settings: NoticeSettings } = { text: null, settings: DEFAULTS };

/** The settings of this browser now; another tab may have changed them. */
export function readNoticeSettings(): NoticeSettings {
  const text = window.localStorage.getItem(KEY);
  if (text !== known.text) known = { text, settings: parse(text) };
  return known.settings;
}

export function changeNoticeSettings(change: Partial<NoticeSettings>): void {
  const settings = { ...readNoticeSettings(), ...change };
  window.localStorage.setItem(KEY, JSON.stringify(settings));
  for (const listener of listeners) listener();
}

/** Follows a job, or stops following it. If there are too many, the oldest are dropped. */
export function followJob(id: string, follows: boolean): void {
  const others = readNoticeSettings().followed.filter((other) => other !== id);
  changeNoticeSettings({ followed: (follows ? [id, ...others] : others).slice(0, MOST_FOLLOWED) });
}

export function useNoticeSettings(): NoticeSettings {
  return useSyncExternalStore(subscribe, readNoticeSettings);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

function parse(text: string | null): NoticeSettings {
  if (text === null) return DEFAULTS;
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? { ...DEFAULTS, ...read } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
