/*
 * What a screen reader says about the farm by itself. It says which jobs of others ended, at most
 * once in 5 s, and it says at once that a stop is not proven. The dialog of an action announces it.
 */
import { endOf, isFinal, isRunning } from '@renderdeck/contract';
import type { Api } from '../api/api.ts';
import { formatCount } from '../components/time/format-time.ts';
import type { JobChange } from './change-feed.ts';

const BATCH_MS = 5_000;

/** Announces the changes of others until the returned function is called. */
export function announceChanges(
  { announcer, changes }: Pick<Api, 'announcer' | 'changes'>,
  user: string,
): () => void {
  let ended = 0;
  let failed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const failures = failed === 0 ? '' : `, ${failed} of them failed`;
    announcer.say(`${formatCount(ended, 'render')} ended${failures}.`);
    ended = 0;
    failed = 0;
  };
  const unsubscribe = changes.subscribe(({ change, before }: JobChange) => {
    const { job } = change;
    if (job.receipt?.outcome === 'unconfirmed' && before?.receipt?.outcome === 'cancelling')
      announcer.alarm(`The stop of ${job.name} is not proven.`);
    const isEnd =
      isFinal(job.status) && change.previousStatus !== null && isRunning(change.previousStatus);
    if (!isEnd || change.actor === user) return;
    ended += 1;
    if (endOf(job.status) === 'failed') failed += 1;
    timer ??= setTimeout(flush, BATCH_MS);
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}
