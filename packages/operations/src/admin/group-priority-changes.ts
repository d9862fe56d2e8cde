/*
 * Changes of priority that come at the same time share one transaction: its locks, its statements,
 * its commit. Without that, each change waits for the queue-order lock until the commit of the
 * previous change is on disk.
 *
 * 1. A change that comes while none runs starts at once, alone.
 * 2. Changes that come while others run start next, together: each job once, in the order in which
 *    they came.
 * 3. A change whose job is unknown, or is being changed by another transaction, runs by itself
 *    after the group, so the others do not wait for that job.
 * 4. The limit of a change for waiting for locks includes its time behind earlier groups. If a
 *    connection becomes silent, the store ends the statements that wait on it
 *    (store/watch-answers.ts), so a group always ends. Its changes may or may not have been saved.
 * 5. Each change has its own result, receipt and audit line. If the database refuses a value, each
 *    change of the group runs by itself, so one change cannot make another one fail.
 *
 * This does not use `gather` (gather.ts), because there a run waits for all its calls and may
 * contain a job twice.
 */
import type { RequestContext } from '@renderdeck/domain';
import { type Database, isRefusedValue } from '@renderdeck/store';
import { MOST_WAIT_MS } from './lock-jobs.ts';
import {
  type PriorityChange,
  type PriorityRequest,
  type PriorityResult,
  setPriorities,
  setPriority,
} from './set-priority.ts';

const MOST_IN_GROUP = 32;
/** A group that has already waited long may still wait this long for another server's group. */
const LEAST_WAIT_MS = 500;

type Waiting = PriorityRequest & {
  readonly since: number;
  resolve(result: PriorityResult | Promise<PriorityResult>): void;
  reject(error: unknown): void;
};

/** Gives a `setPriority` for this database that groups simultaneous calls. */
export function groupPriorityChanges(
  db: Database,
  mostWaitMs = MOST_WAIT_MS,
): (requestContext: RequestContext, change: PriorityChange) => Promise<PriorityResult> {
  const waiting: Waiting[] = [];
  let isRunning = false;

  /** How long calls that came at `since` may still wait. */
  const left = (since: number) =>
    Math.max(LEAST_WAIT_MS, Math.ceil(mostWaitMs - (performance.now() - since)));

  function alone({ requestContext, change, since }: Waiting): Promise<PriorityResult> {
    return setPriority({ db, requestContext }, change, left(since));
  }

  async function run(group: readonly Waiting[]): Promise<void> {
    try {
      const first = Math.min(...group.map(({ since }) => since));
      const results = await setPriorities(db, group, left(first));
      for (const [index, one] of group.entries()) one.resolve(results[index] ?? alone(one));
    } catch (error) {
      const isOfOne = group.length > 1 && isRefusedValue(error);
      for (const one of group) isOfOne ? one.resolve(alone(one)) : one.reject(error);
    }
  }

  async function runAll(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) await run(takeGroup(waiting));
    isRunning = false;
  }

  return (requestContext, change) =>
    new Promise((resolve, reject) => {
      waiting.push({ requestContext, change, since: performance.now(), resolve, reject });
      if (!isRunning) void runAll();
    });
}

/** Takes the first calls, each job once. */
function takeGroup(waiting: Waiting[]): readonly Waiting[] {
  const group = new Map<string, Waiting>();
  const rest: Waiting[] = [];
  for (const one of waiting)
    if (group.size < MOST_IN_GROUP && !group.has(one.change.id)) group.set(one.change.id, one);
    else rest.push(one);
  waiting.splice(0, waiting.length, ...rest);
  return [...group.values()];
}
