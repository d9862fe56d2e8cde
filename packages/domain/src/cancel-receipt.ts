import type { Job, Output } from './job.ts';
import type { Leftover, RemovalReport } from './removal-report.ts';
import type { EndedProcess, Proof, StopReport, Survivor } from './stop-report.ts';

/** What is known of the attempt that was asked to stop. */
export type StoppedAttempt = {
  readonly host: string;
  readonly deliveredAt: Date | null;
  readonly stopReport: StopReport | null;
  readonly removalReport: RemovalReport | null;
  readonly confirmedAt: Date | null;
};

export const CANCEL_OUTCOMES = ['cancelled', 'cancelling', 'finishedFirst', 'unconfirmed'] as const;
export type CancelOutcome = (typeof CANCEL_OUTCOMES)[number];

export type CancelReceipt = {
  readonly outcome: CancelOutcome;
  readonly output: Output;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly channel: string;
  readonly reason: string | null;
  readonly host: string | null;
  readonly deliveredAt: Date | null;
  readonly processes: readonly EndedProcess[];
  readonly proof: Proof | null;
  readonly survivors: readonly Survivor[];
  readonly files: {
    readonly removed: number;
    readonly bytes: number;
    readonly leftovers: readonly Leftover[];
  };
  /** From the request's commit to the proof, as the host and the database tell it, in ms. */
  readonly timeToDeadMs: number | null;
  /** From the start of the clean-up to the last file, in ms. */
  readonly timeToCleanMs: number | null;
  readonly confirmedAt: Date | null;
};

/**
 * The receipt of the job's one cancel; null where none was requested. It is derived each time from
 * what is stored, so every caller gets the same receipt, and it only gains facts. `attempt` is the
 * one that ran when the cancel came, or one that was lost before and is not confirmed yet. It is
 * null where nothing of the job can run.
 */
export function deriveCancelReceipt(
  job: Job,
  attempt: StoppedAttempt | null,
): CancelReceipt | null {
  const request = job.stopRequest;
  if (request === null) return null;
  const asked = {
    output: job.output,
    requestedBy: request.by,
    requestedAt: request.at,
    channel: request.channel,
    reason: request.reason,
  };
  if (attempt === null) {
    return {
      outcome: 'cancelled',
      ...asked,
      host: null,
      deliveredAt: null,
      processes: [],
      proof: 'noProcess',
      survivors: [],
      files: { removed: 0, bytes: 0, leftovers: [] },
      timeToDeadMs: 0,
      timeToCleanMs: 0,
      confirmedAt: request.at,
    };
  }
  const { stopReport, removalReport } = attempt;
  return {
    outcome: outcomeOf(job, attempt),
    ...asked,
    host: attempt.host,
    deliveredAt: attempt.deliveredAt,
    processes: stopReport?.processes ?? [],
    proof: stopReport?.proof ?? null,
    survivors: stopReport?.survivors ?? [],
    files: {
      removed: removalReport?.files ?? 0,
      bytes: removalReport?.bytes ?? 0,
      leftovers: removalReport?.leftovers ?? [],
    },
    timeToDeadMs: stopReport?.timeToDeadMs ?? null,
    timeToCleanMs: removalReport?.timeToCleanMs ?? null,
    confirmedAt: attempt.confirmedAt,
  };
}

function outcomeOf(job: Job, attempt: StoppedAttempt): CancelOutcome {
  if (job.status === 'COMPLETED') return 'finishedFirst';
  if (job.status !== 'CANCELLED') return 'cancelling';
  return attempt.confirmedAt === null ? 'unconfirmed' : 'cancelled';
}
