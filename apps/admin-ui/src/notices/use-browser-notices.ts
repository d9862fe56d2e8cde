/*
 * Notices of the browser, from the live feed: a job that the user follows or submitted ends, and a
 * stop is not proven. They are off until the user turns them on. Each event is shown once, in one
 * tab, even if it comes again after a reconnect.
 */
import {
  endOf,
  finishedText,
  isStopping,
  type JobStatus,
  PROOF_LIMIT_MS,
  shortStop,
  visibleText,
  type WireJob,
} from '@renderdeck/contract';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useApi } from '../api/api.ts';
import { useMe } from '../api/me.ts';
import type { JobChange } from '../live/change-feed.ts';
import { useJobChanges } from '../live/use-job.ts';
import { readNoticeSettings } from './notice-settings.ts';

const KEY = 'renderdeck.told';
const KEPT = 300;

/** Runs `tell` in one tab of this browser, once for each key. */
async function tellOnce(key: string, tell: () => void): Promise<void> {
  const claim = () => {
    const told = read();
    if (told.includes(key)) return;
    window.localStorage.setItem(KEY, JSON.stringify([key, ...told].slice(0, KEPT)));
    tell();
  };
  // Without locks (jsdom, pages over plain http) two tabs can show the same notice.
  if (navigator.locks === undefined) claim();
  else await navigator.locks.request(KEY, claim);
}

function read(): readonly unknown[] {
  try {
    const told: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(told) ? told : [];
  } catch {
    return [];
  }
}

export function useBrowserNotices(): void {
  const { jobs } = useApi();
  const { user } = useMe();
  const navigate = useNavigate();
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  const { current: late } = timers;
  useEffect(
    () => () => {
      for (const timer of late) clearTimeout(timer);
    },
    [late],
  );

  const show = useCallback(
    (job: WireJob, notice: JobNotice | null) => {
      if (notice === null || !isWanted(job, notice, user.name)) return;
      void tellOnce(notice.key, () => {
        const { title, body, key: tag } = notice;
        const shown = new Notification(visibleText(title), { body: visibleText(body), tag });
        shown.onclick = () => {
          window.focus();
          void navigate({ to: '/jobs/$id', params: { id: job.id } });
        };
      });
    },
    [navigate, user.name],
  );
  const onChange = useCallback(
    ({ change }: JobChange) => {
      const { job } = change;
      show(job, describeNotice(job, change.previousStatus));
      const wasStopping = change.previousStatus !== null && isStopping(change.previousStatus);
      if (!isStopping(job.status) || wasStopping) return;
      const timer = setTimeout(() => {
        late.delete(timer);
        const now = jobs.get(job.id);
        if (now !== undefined) show(now, describeLateStop(now));
      }, PROOF_LIMIT_MS);
      late.add(timer);
    },
    [jobs, late, show],
  );
  useJobChanges(onChange);
}

function isWanted({ id, submittedBy }: WireJob, { kind }: JobNotice, user: string): boolean {
  const { on, own, unproven, followed } = readNoticeSettings();
  if (!on || typeof Notification === 'undefined' || Notification.permission !== 'granted')
    return false;
  const isMine = followed.includes(id) || (own && submittedBy === user);
  return isMine || (kind === 'notProven' && unproven);
}

/** What a notice of the browser says; `key` is the same for the same event, in every tab. */
type JobNotice = {
  readonly key: string;
  readonly kind: 'ended' | 'notProven';
  readonly title: string;
  readonly body: string;
};

/**
 * The notice of a change of a job; null for a change without one. A stopped job has ended only when
 * no attempt of it may still run. Until then its stop is not proven.
 */
function describeNotice(job: WireJob, previous: JobStatus | null): JobNotice | null {
  const end = endOf(job.status);
  if (end === 'stopped') return ofStop(job);
  // A job may end twice: it failed, and a late report says that it had completed.
  if (end === null || previous === job.status) return null;
  const where = job.host === null ? '' : `On ${job.host}. `;
  if (end === 'failed') return notice(job, 'ended', 'Failed', where + (job.failure ?? ''));
  return ofStop(job) ?? notice(job, 'ended', finishedText(job), where);
}

/** The notice of a stop that takes longer than the limit. Null for any other job. */
function describeLateStop(job: WireJob): JobNotice | null {
  return isStopping(job.status) ? ofStop(job) : null;
}

/** Null if nobody asked to stop the job. A stop that still goes on is told only as a late one. */
function ofStop(job: WireJob): JobNotice | null {
  const { receipt } = job;
  if (receipt === null) return null;
  const { title, text } = shortStop(receipt, Number.POSITIVE_INFINITY);
  const mayRun = receipt.outcome === 'cancelling' || receipt.outcome === 'unconfirmed';
  return notice(job, mayRun ? 'notProven' : 'ended', title, text);
}

function notice(
  { id, name, warnings }: WireJob,
  kind: JobNotice['kind'],
  word: string,
  text: string,
): JobNotice {
  const body = [text, ...warnings].join(' ').trim();
  return { key: `${id} ${kind}`, kind, title: `${word}: ${name}`, body };
}
