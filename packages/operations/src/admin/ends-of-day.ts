/*
 * How the attempts of each host ended in the last 24 hours. A farm may have millions of them, so
 * they are counted once, in steps of ten minutes:
 *
 * 1. The first read counts all steps.
 * 2. Each later one, once a second at most, counts the current step, the two before it, and those
 *    that began since the last read.
 * 3. It also counts one older step again, in turn: the journal of a host may bring ends of hours
 *    ago, and a failover takes some away. So after some minutes of reads every step is right.
 */
import {
  type Database,
  ENDS_STEP_MS,
  type EndCounts,
  type RecentEnds,
  readRecentEnds,
} from '@renderdeck/store';

const STEPS = 86_400_000 / ENDS_STEP_MS;
const READ_EVERY_MS = 1000;

export type EndsOfDay = ReadonlyMap<string, EndCounts>;

export function createEndsOfDay(nowMs: () => number = () => performance.now()) {
  const counted = new Map<number, RecentEnds['ends']>();
  let countedAtMs = Number.NEGATIVE_INFINITY;
  let counting: Promise<EndsOfDay> | null = null;
  let turn = 0;
  let sums: EndsOfDay = new Map();

  async function count(db: Database, oldest: number, newest: number): Promise<void> {
    const { ends, now } = await readRecentEnds(db, { oldest, newest });
    for (let ago = newest; ago <= oldest; ago += 1)
      counted.set(
        now - ago,
        ends.filter(({ step }) => step === now - ago),
      );
    for (const step of counted.keys()) if (step <= now - STEPS || step > now) counted.delete(step);
  }

  async function countAgain(db: Database, now: number): Promise<EndsOfDay> {
    const oldest = Math.min(STEPS - 1, 1 + Math.ceil((now - countedAtMs) / ENDS_STEP_MS));
    await count(db, oldest, 0);
    if (oldest < STEPS - 1) {
      turn = turn <= oldest || turn >= STEPS - 1 ? oldest + 1 : turn + 1;
      await count(db, turn, turn);
    }
    countedAtMs = now;
    sums = sum([...counted.values()].flat());
    return sums;
  }

  return {
    /** Gives the counts of each host with ends. Reads at the same time share one count. */
    async read(db: Database): Promise<EndsOfDay> {
      const now = nowMs();
      if (now - countedAtMs < READ_EVERY_MS) return sums;
      counting ??= countAgain(db, now).finally(() => {
        counting = null;
      });
      return await counting;
    },
  };
}

function sum(ends: RecentEnds['ends']): EndsOfDay {
  const sums = new Map<string, { done: number; failed: number; stopped: number }>();
  for (const { host, done, failed, stopped } of ends) {
    const of = sums.get(host) ?? { done: 0, failed: 0, stopped: 0 };
    of.done += done;
    of.failed += failed;
    of.stopped += stopped;
    sums.set(host, of);
  }
  return sums;
}
