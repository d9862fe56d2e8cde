import type { WireListedChange } from '@renderdeck/contract';
import { type Receipt, statusWordAt } from '../../../components/status/status-words.ts';

const EVENTS: Readonly<Record<string, string>> = {
  submit: 'submitted it',
  claim: 'claimed it',
  setPriority: 'set its priority',
  setTags: 'set its tags',
  cancelQueued: 'removed it from the queue',
  requestStop: 'asked to stop it',
  deliverStop: 'received the stop',
  reportStop: 'reported how the processes ended',
  reportFiles: 'reported which files it removed',
  acknowledgeStop: 'proved the stop',
  confirmStop: 'proved that an attempt ended',
  passPublishGate: 'began to publish',
  allowPublish: 'was allowed to publish',
  publish: 'published output',
  complete: 'finished it',
  finishFirst: 'finished it before the stop',
  fail: 'reported that it failed',
  requeue: 'gave it back to the queue',
  exhaust: 'gave it up',
  hostLost: 'no longer reported',
  restoreComplete: 'reported that it had finished it',
  completeEarlier: 'reported that it had finished it',
  completeLate: 'reported that it had finished it',
};

/**
 * "set its priority, 70 → 80": what happened, from what to what, and why. `receipt` is the job's
 * present receipt: it says whether a stop was proven by then. `earlier` is the previous change.
 */
export function describeJobChange(
  change: WireListedChange,
  earlier: Pick<WireListedChange, 'at'> | undefined,
  receipt: Receipt,
): string {
  const { event, statusBefore, statusAfter, priorityBefore, priorityAfter, facts } = change;
  const parts = [EVENTS[event] ?? event];
  const before = statusBefore && statusWordAt(statusBefore, earlier?.at ?? change.at, receipt);
  const after = statusWordAt(statusAfter, change.at, receipt);
  if (before !== null && before !== after) parts.push(`${before} → ${after}`);
  if (priorityBefore !== null && priorityAfter !== null && priorityBefore !== priorityAfter)
    parts.push(`${priorityBefore} → ${priorityAfter}`);
  if (event === 'setTags') parts.push(`${facts.before} → ${facts.after}`);
  if (typeof facts.reason === 'string') parts.push(`reason: ${facts.reason}`);
  return parts.join(', ');
}
