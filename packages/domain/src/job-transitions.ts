import type { JobStatus } from './job-status.ts';

export const JOB_EVENTS = [
  'claim',
  'cancelQueued',
  'requestStop',
  'acknowledgeStop',
  'complete',
  'finishFirst',
  'fail',
  'requeue',
  'exhaust',
  'hostLost',
  'restoreComplete',
  'completeEarlier',
] as const;
export type JobEventName = (typeof JOB_EVENTS)[number];

export type Transition = {
  readonly from: JobStatus;
  readonly to: JobStatus;
  readonly by: string;
  readonly note: string;
};

/**
 * The only table of transitions: an event leaves `from` and enters `to`. The rules and the SQL
 * statements read it, and the table in ARCHITECTURE.md is compared with it.
 */
export const TRANSITIONS = {
  claim: { from: 'QUEUED', to: 'RENDERING', by: 'worker', note: 'new attempt and lease' },
  cancelQueued: {
    from: 'QUEUED',
    to: 'CANCELLED',
    by: 'admin',
    note: 'no worker holds it; unconfirmed while an earlier attempt is open',
  },
  requestStop: {
    from: 'RENDERING',
    to: 'CANCELLING',
    by: 'admin',
    note: 'stored with actor, reason and channel; NOTIFY in the same transaction',
  },
  acknowledgeStop: {
    from: 'CANCELLING',
    to: 'CANCELLED',
    by: 'worker',
    note: 'only with a stop report that has no survivors',
  },
  complete: { from: 'RENDERING', to: 'COMPLETED', by: 'worker', note: 'the output is out' },
  finishFirst: {
    from: 'CANCELLING',
    to: 'COMPLETED',
    by: 'worker',
    note: 'past the publish gate and ended well before any signal',
  },
  fail: { from: 'RENDERING', to: 'FAILED', by: 'worker', note: "nexrender's own error; no retry" },
  requeue: {
    from: 'RENDERING',
    to: 'QUEUED',
    by: 'worker, system',
    note: 'daemon shut down or host cannot render, at no cost; or lease ran out, attempts left',
  },
  exhaust: {
    from: 'RENDERING',
    to: 'FAILED',
    by: 'system',
    note: 'lease ran out, attempts used up',
  },
  hostLost: {
    from: 'CANCELLING',
    to: 'CANCELLED',
    by: 'system',
    note: 'lease ran out after a stop request; unconfirmed while an attempt is open',
  },
  restoreComplete: {
    from: 'QUEUED',
    to: 'COMPLETED',
    by: 'worker',
    note: 'a host reports that an attempt had completed, and the database did not know it',
  },
  completeEarlier: {
    from: 'RENDERING',
    to: 'COMPLETED',
    by: 'worker',
    note: 'a host reports that an earlier attempt had completed; the one that renders loses it',
  },
} as const satisfies Readonly<Record<JobEventName, Transition>>;

/** True when the table lets `event` leave `status`. */
export function mayLeave(event: JobEventName, status: JobStatus): boolean {
  return TRANSITIONS[event].from === status;
}
