import type { WireListedChange } from '@renderdeck/contract';
import { STATUS_WORDS } from '../../../components/status/status-words.ts';

const EVENTS: Readonly<Record<string, string>> = {
  submit: 'submitted it',
  claim: 'picked it',
  setPriority: 'set its priority',
  cancelQueued: 'removed it from the queue',
  requestStop: 'asked to stop it',
  deliverStop: 'received the stop',
  reportStop: 'told how the processes ended',
  reportFiles: 'told what files it removed',
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
  hostLost: 'was not heard any more',
};

/** "set its priority, 70 → 80": what happened, from what to what, and why. */
export function describeJobChange(change: WireListedChange): string {
  const { event, statusBefore, statusAfter, priorityBefore, priorityAfter, facts } = change;
  const parts = [EVENTS[event] ?? event];
  if (statusBefore !== null && statusBefore !== statusAfter)
    parts.push(`${STATUS_WORDS[statusBefore]} → ${STATUS_WORDS[statusAfter]}`);
  if (priorityBefore !== null && priorityAfter !== null && priorityBefore !== priorityAfter)
    parts.push(`${priorityBefore} → ${priorityAfter}`);
  if (typeof facts.reason === 'string') parts.push(`reason: ${facts.reason}`);
  return parts.join(', ');
}
