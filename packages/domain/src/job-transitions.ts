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
  'completeLate',
] as const;
export type JobEventName = (typeof JOB_EVENTS)[number];

/**
 * How a host is related to a job: it claims the job now, it holds the job, or it held the job
 * earlier.
 */
export type HostStanding = 'claims' | 'holds' | 'held';

export type Transition = {
  readonly from: JobStatus;
  readonly to: JobStatus;
  readonly by: string;
  /**
   * Which hosts may write the event with a database login of their own. A host may also bring back
   * a cancel that a restored database lost, and recover its own job from an earlier daemon.
   */
  readonly hosts: readonly HostStanding[];
  readonly note: string;
};

/**
 * The only table of transitions: an event leaves a status in `from` and enters `to`. The rules and
 * the SQL statements read it. `migrate` writes the moves of hosts into the database (hostMoves). A
 * test compares the table in ARCHITECTURE.md with it.
 */
export const TRANSITIONS = {
  claim: {
    from: 'QUEUED',
    to: 'RENDERING',
    by: 'worker',
    hosts: ['claims'],
    note: 'new attempt and lease',
  },
  cancelQueued: {
    from: 'QUEUED',
    to: 'CANCELLED',
    by: 'admin',
    hosts: ['held'],
    note: 'no worker holds it; unconfirmed while an earlier attempt is open',
  },
  requestStop: {
    from: 'RENDERING',
    to: 'CANCELLING',
    by: 'admin',
    hosts: ['holds', 'held'],
    note: 'stored with actor, reason and channel; NOTIFY in the same transaction',
  },
  acknowledgeStop: {
    from: 'CANCELLING',
    to: 'CANCELLED',
    by: 'worker',
    hosts: ['holds'],
    note: 'only with a stop report that has no survivors',
  },
  complete: {
    from: 'RENDERING',
    to: 'COMPLETED',
    by: 'worker, system',
    hosts: ['holds'],
    note: 'the output is out; or lease ran out, and all output is on record',
  },
  finishFirst: {
    from: 'CANCELLING',
    to: 'COMPLETED',
    by: 'worker',
    hosts: ['holds'],
    note: 'past the publish gate and ended well before any signal',
  },
  fail: {
    from: 'RENDERING',
    to: 'FAILED',
    by: 'worker',
    hosts: ['holds'],
    note: "nexrender's own error; no retry",
  },
  requeue: {
    from: 'RENDERING',
    to: 'QUEUED',
    by: 'worker, system',
    hosts: ['holds'],
    note: 'daemon shut down or host cannot render, at no cost; or lease ran out, attempts left',
  },
  exhaust: {
    from: 'RENDERING',
    to: 'FAILED',
    by: 'system',
    hosts: ['holds'],
    note: 'lease ran out, attempts used up',
  },
  hostLost: {
    from: 'CANCELLING',
    to: 'CANCELLED',
    by: 'system',
    hosts: ['holds'],
    note: 'lease ran out after a stop request; unconfirmed while an attempt is open',
  },
  restoreComplete: {
    from: 'QUEUED',
    to: 'COMPLETED',
    by: 'worker',
    hosts: ['held'],
    note: 'a host reports that an attempt had completed, and the database did not know it',
  },
  completeEarlier: {
    from: 'RENDERING',
    to: 'COMPLETED',
    by: 'worker',
    hosts: ['held'],
    note: 'a host reports that an earlier attempt had completed; the one that renders loses it',
  },
  completeLate: {
    from: 'FAILED',
    to: 'COMPLETED',
    by: 'worker',
    hosts: ['held'],
    note: 'a host reports that an attempt had completed; the job failed only because all were lost',
  },
} as const satisfies Readonly<Record<JobEventName, Transition>>;

/**
 * The moves that a host may write, by its relation to the job, for example `RENDERING>COMPLETED`.
 */
export function hostMoves(): Readonly<Record<HostStanding, readonly string[]>> {
  const all = Object.values<Transition>(TRANSITIONS);
  const of = (standing: HostStanding) => [
    ...new Set(
      all.filter(({ hosts }) => hosts.includes(standing)).map(({ from, to }) => `${from}>${to}`),
    ),
  ];
  return { claims: of('claims'), holds: of('holds'), held: of('held') };
}

/** True if the table lets `event` leave `status`. */
export function mayLeave(event: JobEventName, status: JobStatus): boolean {
  return TRANSITIONS[event].from === status;
}
