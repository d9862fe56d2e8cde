/*
 * Notices of the browser, from the live feed: a job that the user follows or submitted ends, and a
 * stop is not proven. They are off until the user asks for them. Each event is told once, in one
 * tab, also when it comes again after a reconnect.
 */
import { isStopping, PROOF_LIMIT_MS, visibleText, type WireJob } from '@renderdeck/contract';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useApi } from '../api/api.ts';
import { useMe } from '../api/me.ts';
import type { JobChange } from '../live/change-feed.ts';
import { useJobChanges } from '../live/use-job.ts';
import { describeLateStop, describeNotice, type JobNotice } from './describe-notice.ts';
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
  // Without locks (jsdom, pages over plain http) two tabs can tell the same in the same moment.
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
