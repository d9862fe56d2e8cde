import type { AttemptOutcome } from './attempt.ts';
import { endKnownBy } from './attempt-end.ts';
import type { Declaration } from './awaited-host.ts';
import type { Output } from './job.ts';
import type { RemovalReport } from './removal-report.ts';
import type { StopReport } from './stop-report.ts';

/** The stored facts about the end of one attempt. */
export type AttemptEnding = {
  readonly id: string;
  readonly number: number;
  readonly host: string;
  /** When the host of the attempt was last heard; null if the host is not known. */
  readonly hostLastHeardAt: Date | null;
  readonly output: Output;
  /** Null while the attempt holds its job. */
  readonly outcome: AttemptOutcome | null;
  readonly deliveredAt: Date | null;
  readonly stopReport: StopReport | null;
  readonly removalReport: RemovalReport | null;
  /** When the host proved that no process of the attempt runs; null until then. */
  readonly confirmedAt: Date | null;
  readonly declaration: Declaration | null;
  /** Why the host could not prove the end, as a sentence. */
  readonly problem: string | null;
};

/** An attempt that no longer holds its job, and whose end nobody has proven or declared. */
export type OpenAttempt = {
  readonly number: number;
  readonly host: string;
  readonly lastHeardAt: Date | null;
  readonly output: Output;
  readonly problem: string | null;
};

/** An attempt that counts as ended only because an admin declared its host gone. */
export type DeclaredAttempt = Declaration & { readonly number: number; readonly host: string };

/** The open attempts of a job, in order. A running attempt is not open. */
export function openAttemptsOf(attempts: readonly AttemptEnding[]): readonly OpenAttempt[] {
  return attempts
    .filter((attempt) => attempt.outcome !== null && endKnownBy(attempt) === null)
    .map(({ number, host, hostLastHeardAt, output, problem }) => ({
      number,
      host,
      lastHeardAt: hostLastHeardAt,
      output,
      problem,
    }));
}

/**
 * The declared attempts of a job, in order. An attempt that is proven later is no longer among
 * them.
 */
export function declaredAttemptsOf(attempts: readonly AttemptEnding[]): readonly DeclaredAttempt[] {
  return attempts.flatMap((attempt) => {
    const { number, host, declaration } = attempt;
    return declaration === null || endKnownBy(attempt) === 'proof'
      ? []
      : [{ number, host, ...declaration }];
  });
}
