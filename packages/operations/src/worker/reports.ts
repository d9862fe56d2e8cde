import {
  endTime,
  type HostProof,
  type Output,
  type Publications,
  type RemovalReport,
  type StopReport,
} from '@renderdeck/domain';
import type { AttemptRow } from '@renderdeck/store';

/** What the host did with the processes and the files of an attempt. */
export type Reports = {
  readonly stopReport: StopReport;
  readonly removalReport: RemovalReport | null;
  /** How long ago the processes ended, by the host's steady clock. */
  readonly deadMsAgo: number;
  /** How much of the output is out, as this host knows it. */
  readonly output: Output;
  /** What the attempt put out, as this host has found; null if it does not know. */
  readonly publications: Publications | null;
};

/** The part of the reports that the rules need. */
export function toProof({ stopReport, output, publications }: Reports): HostProof {
  return { survivors: stopReport.survivors.length, output, publications };
}

/** What a proof of its host adds to an attempt, and when the processes of the attempt had ended. */
export function confirm(
  { attempt, at }: { readonly attempt: Pick<AttemptRow, 'createdAt'>; readonly at: Date },
  { stopReport, removalReport, deadMsAgo }: Reports,
) {
  const deadAt = endTime(at, deadMsAgo, attempt.createdAt);
  return {
    deadAt,
    confirmation: {
      stopReport: { ...stopReport, endedAt: deadAt.toISOString() },
      removalReport,
      confirmedAt: at,
    },
  };
}
