import { PRIORITY } from './priority.ts';

/** The facts that decide a place in the queue. */
export type Queued = { readonly priority: number; readonly queueSeq: number };

/**
 * The queue order: larger priority first, then the older submission. Negative if `a` runs before
 * `b`.
 */
export function compareInQueue(a: Queued, b: Queued): number {
  return b.priority - a.priority || a.queueSeq - b.queueSeq;
}

/** The queue order as one ascending number, which the database stores and indexes. */
export function queueKey(queued: Queued): bigint {
  return (BigInt(PRIORITY.max - queued.priority) << 48n) | BigInt(queued.queueSeq);
}

/** The place behind every job of this priority and before every job of a lower priority. */
export function behindPriority(priority: number): bigint {
  return queueKey({ priority: priority - 1, queueSeq: 0 });
}

/**
 * The position of `queued` among the waiting jobs; 1 is next. `waiting` may contain `queued` or
 * not.
 */
export function queuePosition(queued: Queued, waiting: readonly Queued[]): number {
  return 1 + waiting.filter((other) => compareInQueue(other, queued) < 0).length;
}
