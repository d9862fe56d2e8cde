import { type AwaitedHost, missingReportsOf } from './awaited-host.ts';
import type { Job, Output } from './job.ts';
import {
  type AttemptEnding,
  type DeclaredAttempt,
  declaredAttemptsOf,
  type OpenAttempt,
  openAttemptsOf,
} from './open-attempt.ts';
import type { Leftover } from './removal-report.ts';
import type { EndedProcess, Proof, Survivor } from './stop-report.ts';

/**
 * The outcome of a cancel, over all attempts of the job.
 *
 * - cancelled: the end of every attempt is proven.
 * - cancelling: the host of the running attempt was asked to stop, and has not confirmed the end.
 * - finishedFirst: the job was COMPLETED before it could be stopped.
 * - unconfirmed: the job is CANCELLED, but an attempt is open and may still run. Or an awaited host
 *   may run an attempt that the database has lost.
 * - declared: no attempt is open, but an attempt or an awaited host counts as ended only because an
 *   admin declared the host gone.
 */
export const CANCEL_OUTCOMES = [
  'cancelled',
  'cancelling',
  'finishedFirst',
  'unconfirmed',
  'declared',
] as const;
export type CancelOutcome = (typeof CANCEL_OUTCOMES)[number];

/** A stop whose proof is missing after this time counts as not proven. */
export const PROOF_LIMIT_MS = 30_000;

/**
 * `attempt` is the number of the attempt that was asked to stop. `host`, `processes`, `survivors`,
 * `files` and the times belong to that attempt. `proof` is the proof for the whole job: null while
 * the end of any attempt is not proven.
 */
export type CancelReceipt = {
  readonly outcome: CancelOutcome;
  readonly output: Output;
  /** What a person must know about the output, as sentences. */
  readonly warnings: Job['warnings'];
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly channel: string;
  readonly reason: string | null;
  readonly attempt: number | null;
  readonly host: string | null;
  /** When the stop request reached the host; null while that is not known. */
  readonly deliveredAt: Date | null;
  /**
   * The host did not report when the request reached it, so `deliveredAt` is the time of the proof.
   */
  readonly deliveredWithProof: boolean;
  readonly processes: readonly EndedProcess[];
  readonly proof: Proof | null;
  readonly survivors: readonly Survivor[];
  readonly files: {
    readonly removed: number;
    readonly bytes: number;
    readonly leftovers: readonly Leftover[];
  };
  /** By the host's clock, like the times of the processes. */
  readonly firstSignalAt: string | null;
  /** When no process of this attempt was left, by the database's clock. */
  readonly deadAt: Date | null;
  /**
   * From the first step of the host to end the processes until its proof, in ms, by the host's
   * clock.
   */
  readonly timeToDeadMs: number | null;
  /** From the start of the clean-up until the last file was deleted, in ms. */
  readonly timeToCleanMs: number | null;
  /** From the request until `confirmedAt`, in ms, by the database's clock. */
  readonly askToProofMs: number | null;
  readonly openAttempts: readonly OpenAttempt[];
  readonly declared: readonly DeclaredAttempt[];
  readonly awaitedHosts: readonly AwaitedHost[];
  /** When the last attempt was proven and the last awaited host had reported; null until then. */
  readonly confirmedAt: Date | null;
};

/** A receipt with its number. People name a receipt by this number: "#4812". */
export type NumberedReceipt = CancelReceipt & {
  readonly number: number;
  /** The trace of the cancel, if it was traced. */
  readonly traceId?: string;
};

/**
 * The receipt of the job's one cancel; null if nobody cancelled the job. The receipt is derived
 * from stored facts each time, so every caller gets the same receipt, and later receipts only have
 * more facts. `attempts` are all attempts of the job. `stopAttemptId` names the attempt that ran
 * when the cancel came, or an attempt that was lost before. It is null if no attempt could run.
 */
export function deriveCancelReceipt(
  job: Job,
  attempts: readonly AttemptEnding[],
  stopAttemptId: string | null,
): CancelReceipt | null {
  const request = job.stopRequest;
  if (request === null) return null;
  const openAttempts = openAttemptsOf(attempts);
  const declared = declaredAttemptsOf(attempts);
  const asked = attempts.find(({ id }) => id === stopAttemptId) ?? null;
  const outcome = outcomeOf(job, openAttempts, declared);
  const { awaitedHosts } = job;
  const confirmations = [...attempts, ...awaitedHosts.map(confirmationOfHost)];
  const confirmedAt = latestOf(confirmations, asked === null ? request.at : null);
  const hasProof = isNothingUnproven({ openAttempts, declared, awaitedHosts });
  return {
    outcome,
    output: job.output,
    warnings: job.warnings,
    requestedBy: request.by,
    requestedAt: request.at,
    channel: request.channel,
    reason: request.reason,
    ...(asked === null ? { ...nothingRan, deadAt: request.at } : factsOf(asked)),
    ...(asked === null ? neverDelivered : deliveryOf(asked, outcome)),
    proof: hasProof ? proofOf(asked) : null,
    openAttempts,
    declared,
    awaitedHosts,
    confirmedAt,
    askToProofMs:
      confirmedAt === null ? null : Math.max(0, confirmedAt.getTime() - request.at.getTime()),
  };
}

const nothingRan = {
  attempt: null,
  host: null,
  processes: [],
  survivors: [],
  files: { removed: 0, bytes: 0, leftovers: [] },
  firstSignalAt: null,
  timeToDeadMs: 0,
  timeToCleanMs: 0,
} as const;

const neverDelivered = { deliveredAt: null, deliveredWithProof: false } as const;

/** A host that proved a stop had received the request, unless the render had finished before it. */
function deliveryOf({ deliveredAt, confirmedAt }: AttemptEnding, outcome: CancelOutcome) {
  if (deliveredAt !== null) return { deliveredAt, deliveredWithProof: false };
  if (confirmedAt === null || outcome === 'finishedFirst') return neverDelivered;
  return { deliveredAt: confirmedAt, deliveredWithProof: true };
}

function factsOf(asked: AttemptEnding) {
  const { number, host, stopReport, removalReport } = asked;
  const { endedAt } = stopReport ?? {};
  return {
    attempt: number,
    host,
    processes: stopReport?.processes ?? [],
    survivors: stopReport?.survivors ?? [],
    files: {
      removed: removalReport?.files ?? 0,
      bytes: removalReport?.bytes ?? 0,
      leftovers: removalReport?.leftovers ?? [],
    },
    firstSignalAt: stopReport?.firstSignalAt ?? null,
    deadAt: endedAt === undefined || endedAt === null ? null : new Date(endedAt),
    timeToDeadMs: rounded(stopReport?.timeToDeadMs),
    timeToCleanMs: removalReport?.timeToCleanMs ?? null,
  };
}

function rounded(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : Math.round(ms);
}

function proofOf(asked: AttemptEnding | null): Proof | null {
  return asked === null ? 'noProcess' : (asked.stopReport?.proof ?? null);
}

function confirmationOfHost({ reportedAt }: AwaitedHost) {
  return { confirmedAt: reportedAt };
}

/** What lacks a proof. A receipt whose times are text has it too. */
type MissingProofs = {
  readonly openAttempts: readonly unknown[];
  readonly declared: readonly unknown[];
  readonly awaitedHosts: readonly { readonly reportedAt: unknown }[];
};

/**
 * True if the stop is over and proven: the job has ended, no attempt of it is open or only declared
 * to have ended, and each awaited host has reported. The view `stops` of the database has the same
 * rule.
 */
export function isProvenStop({
  outcome,
  ...missing
}: MissingProofs & Pick<CancelReceipt, 'outcome'>): boolean {
  return (outcome === 'cancelled' || outcome === 'finishedFirst') && isNothingUnproven(missing);
}

function isNothingUnproven({ openAttempts, declared, awaitedHosts }: MissingProofs): boolean {
  return openAttempts.length + declared.length === 0 && haveReported(awaitedHosts);
}

function haveReported(awaited: MissingProofs['awaitedHosts']): boolean {
  return awaited.every(({ reportedAt }) => reportedAt !== null);
}

/** The latest of the confirmations and of `atLeast`; null while a confirmation is missing. */
function latestOf(
  confirmations: readonly Pick<AttemptEnding, 'confirmedAt'>[],
  atLeast: Date | null,
): Date | null {
  let latest = atLeast;
  for (const { confirmedAt } of confirmations) {
    if (confirmedAt === null) return null;
    if (latest === null || confirmedAt > latest) latest = confirmedAt;
  }
  return latest;
}

function outcomeOf(
  job: Job,
  openAttempts: readonly OpenAttempt[],
  declared: readonly DeclaredAttempt[],
): CancelOutcome {
  if (job.status === 'COMPLETED') return 'finishedFirst';
  if (job.status !== 'CANCELLED') return 'cancelling';
  if (openAttempts.length + missingReportsOf(job.awaitedHosts).length > 0) return 'unconfirmed';
  return declared.length === 0 && haveReported(job.awaitedHosts) ? 'cancelled' : 'declared';
}
