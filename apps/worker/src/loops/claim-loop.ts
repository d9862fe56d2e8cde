import { setTimeout as delay } from 'node:timers/promises';
import { claimJob, notifyNoneWaits } from '@renderdeck/operations';
import type { Slot } from '../attempt/attempt-run.ts';
import { runAttempt } from '../attempt/run-attempt.ts';
import { RunningAttempt } from '../attempt/running-attempts.ts';
import type { PlannedEnds } from '../daemon/planned-ends.ts';
import type { Worker } from '../worker.ts';
import { QueueWakes } from './queue-wakes.ts';
import { runPeriodically, spread } from './run-periodically.ts';

/** A new job sends a notification. If the notification is lost, the job waits at most this long. */
export const POLL_EVERY_MS = 5000;
const pollMs = () => spread(POLL_EVERY_MS);

/** The end of an attempt waits at most this long for the check; then it claims no next job. */
const CHECK_WITHIN_MS = 1000;

/** Whether this host takes jobs. */
export type Claiming = {
  /** Checks what may have changed: disk, folders, aerender. */
  check(): Promise<void>;
  /** Whether the latest check allows a claim. */
  mayClaim(): boolean;
};

type ClaimHooks = Record<'onLeftovers' | 'onOtherDatabase', () => void> & {
  readonly planned?: Pick<PlannedEnds, 'foundNothing' | 'tookJob'> | undefined;
};

/**
 * Claims jobs while a slot is free and this host takes jobs: after a notification (queue-wakes.ts),
 * with the end of an attempt or after it, and every few seconds. Calls `onLeftovers` when an
 * attempt left files, and `onOtherDatabase` when the journal must be sent to another incarnation of
 * the database first. `runOne` runs one attempt; the bench plays it without a render.
 *
 * Long because: its functions share the state of one loop.
 */
export function claimLoop(
  worker: Worker,
  { check, mayClaim }: Claiming,
  { onLeftovers, onOtherDatabase, planned }: ClaimHooks,
  runOne = runAttempt,
) {
  const { attempts, config, context, journal, log } = worker;
  const { leaseMs, tags } = config;
  const nextClaim = () => ({ leaseMs, tags, journalSentTo: journal.sentTo });
  const hasFreeSlot = () => attempts.busySlots() < config.slots;
  const wakes = wakesOf(worker, hasFreeSlot, () => loop.runNow());
  const ends = new Set<Promise<unknown>>();
  let isStopped = false;
  const loop = runPeriodically(
    pollMs,
    async () => {
      while (hasFreeSlot()) {
        await check();
        if (!mayClaim()) break;
        const claimed = await claimJob(context, nextClaim());
        if (!claimed.ok && claimed.rejection.code === 'journalUnsent') {
          // If the journal loop knows this incarnation already, it sends the rest in its own time.
          if (claimed.rejection.incarnation !== journal.incarnation) onOtherDatabase();
          return;
        }
        if (!claimed.ok) {
          if (attempts.busySlots() === 0) planned?.foundNothing();
          return wakes.foundNothing();
        }
        planned?.tookJob();
        const attempt = new RunningAttempt(claimed.job);
        attempts.add(attempt);
        void run(attempt);
      }
      wakes.clear();
    },
    (error) => log.error({ err: error }, 'claim failed'),
  );

  async function run(attempt: RunningAttempt): Promise<void> {
    let leftovers = 0;
    try {
      leftovers = (await runOne(worker, attempt, slotOf(attempt))).length;
    } catch (error) {
      log.error(
        { err: error, attempt: attempt.job.attemptId },
        'attempt was dropped; its lease will run out',
      );
    } finally {
      attempts.remove(attempt);
      loop.runNow();
      if (leftovers > 0) onLeftovers();
    }
  }

  function slotOf(attempt: RunningAttempt): Slot {
    let isChecked = false;
    const checked = () =>
      check().then(
        () => {
          isChecked = true;
        },
        (error: unknown) => log.error({ err: error }, 'the host was not checked'),
      );
    return {
      check: () => Promise.race([checked(), delay(CHECK_WITHIN_MS, undefined, { ref: false })]),
      async end(send) {
        const takesNext = !isStopped && isChecked && mayClaim();
        const sent = send(takesNext ? nextClaim() : null).then((ended) => {
          if (ended.ok && ended.next !== null) {
            const next = new RunningAttempt(ended.next);
            attempts.passOn(attempt, next);
            void run(next);
          }
          return ended;
        });
        // `stop` waits for this: a job claimed here must be known before renders are ended.
        const settled = sent.catch(() => undefined);
        ends.add(settled);
        return await sent.finally(() => ends.delete(settled));
      },
    };
  }

  return {
    runNow: loop.runNow,
    wakes,
    stop: async () => {
      isStopped = true;
      wakes.clear();
      await loop.stop();
      await Promise.all(ends);
    },
  };
}

/** Decides when this host tries to claim a job that has just begun to wait. */
function wakesOf(
  { config, context, log }: Worker,
  hasFreeSlot: () => boolean,
  tryToClaim: () => void,
): QueueWakes {
  return new QueueWakes({
    tags: config.tags,
    hasFreeSlot,
    tryToClaim,
    tellNone: (mark, tags) =>
      void notifyNoneWaits(context.db, mark, tags).catch((error: unknown) =>
        log.debug({ err: error }, 'other hosts were not told that no job waits'),
      ),
    later: (ms, call) => {
      const timer = setTimeout(call, ms).unref();
      return { cancel: () => clearTimeout(timer) };
    },
    random: Math.random,
  });
}
