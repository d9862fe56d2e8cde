import { PRIORITY } from './priority.ts';

/** What decides a place in the queue. */
export type Queued = { readonly priority: number; readonly queueSeq: number };

/**
 * The one order: larger priority first, then the older submission. Negative where `a` runs before
 * `b`.
 */
export function compareInQueue(a: Queued, b: Queued): number {
  return b.priority - a.priority || a.queueSeq - b.queueSeq;
}

/** The same order as one number, ascending: what the database stores and indexes. */
export function queueKey(queued: Queued): bigint {
  return (BigInt(PRIORITY.max - queued.priority) << 48n) | BigInt(queued.queueSeq);
}

/** The place behind every job of this priority, before every job of a lower one. */
export function behindPriority(priority: number): bigint {
  return queueKey({ priority: priority - 1, queueSeq: 0 });
}

/** Position of `queued` among the jobs that wait; 1 is next. The list may contain it or not. */
export function queuePosition(queued: Queued, waiting: readonly Queued[]): number {
  return 1 + waiting.filter((other) => compareInQueue(other, queued) < 0).length;
}
