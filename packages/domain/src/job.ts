import type { AwaitedHost } from './awaited-host.ts';
import type { JobStatus } from './job-status.ts';
import type { Lease } from './lease.ts';
import { listOf, type Of, TEXT } from './shape.ts';

/**
 * Whether output of the job is out. `none`: before the second publish gate. `maybe`: after that
 * gate said yes. `published`: an output is on record under its final name. It goes back only from
 * `maybe` to `none`, when the host has found that nothing is out. A job that publishes nothing
 * stays at `none`.
 */
export const OUTPUTS = ['none', 'maybe', 'published'] as const;
export type Output = (typeof OUTPUTS)[number];

/** The later of two values: `published` is later than `maybe`, and `maybe` than `none`. */
export function laterOutput(one: Output, other: Output): Output {
  return OUTPUTS.indexOf(one) < OUTPUTS.indexOf(other) ? other : one;
}

/** The latest output of these attempts. */
export function latestOutput(attempts: readonly { readonly output: Output }[]): Output {
  return attempts.reduce<Output>((latest, { output }) => laterOutput(latest, output), 'none');
}

/** A cancel as it is stored: who, when, over which channel and why. It never changes. */
export type StopRequest = {
  readonly by: string;
  readonly at: Date;
  readonly channel: string;
  readonly reason: string | null;
};

export const WARNINGS = listOf(TEXT);

/** One render order with its place in the queue. */
export type Job = {
  readonly id: string;
  readonly name: string;
  /** The file name of its template. Null if it is hidden, and in rows of older versions. */
  readonly template: string | null;
  readonly status: JobStatus;
  /** 0 to 100, larger runs first. */
  readonly priority: number;
  /** Sorted, without repetition. A host may claim the job if it offers all of them. */
  readonly tags: readonly string[];
  /** Order of submission: a sequence number, unique. */
  readonly queueSeq: number;
  /** Grows by one with each change of the job. */
  readonly version: number;
  readonly submittedBy: string;
  readonly createdAt: Date;
  /** Start of the latest attempt. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** The number of tries so far, which is also the number of the latest attempt. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** The lease of the worker that runs the job; null if no worker runs it. */
  readonly lease: Lease | null;
  readonly output: Output;
  readonly stopRequest: StopRequest | null;
  /** Hosts that had not told this database which attempts they run when the stop was requested. */
  readonly awaitedHosts: readonly AwaitedHost[];
  /** Why the latest attempt ended badly, as a sentence; null if it did not end badly. */
  readonly failure: string | null;
  /** Sentences about the output that a person must know, in the order in which they were added. */
  readonly warnings: Of<typeof WARNINGS>;
};
