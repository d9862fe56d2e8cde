import type { AttemptOutcome } from './attempt.ts';
import type { Declaration } from './awaited-host.ts';
import type { Output } from './job.ts';
import type { RemovalReport } from './removal-report.ts';
import type { StopReport } from './stop-report.ts';

/** What is stored of the end of one attempt. */
export type AttemptEnding = {
  readonly id: string;
  readonly number: number;
  readonly host: string;
  /** When its host was last heard; null where no such host is known. */
  readonly hostLastHeardAt: Date | null;
  readonly output: Output;
  /** Null while the attempt holds its job. */
  readonly outcome: AttemptOutcome | null;
  readonly deliveredAt: Date | null;
  readonly stopReport: StopReport | null;
  readonly removalReport: RemovalReport | null;
  /** When its host proved that no process of it runs. */
  readonly confirmedAt: Date | null;
  readonly declaration: Declaration | null;
  /** Why its host could prove nothing, as a sentence. */
  readonly problem: string | null;
};

/** An attempt that gave up its job while nobody has proven or declared that it ended. */
export type OpenAttempt = {
  readonly number: number;
  readonly host: string;
  readonly lastHeardAt: Date | null;
  readonly output: Output;
  readonly problem: string | null;
};

/** An attempt that counts as ended only because an admin declared its host gone. */
export type DeclaredAttempt = Declaration & { readonly number: number; readonly host: string };

/** The open attempts of a job, in their order. A running attempt is not open. */
export function openAttemptsOf(attempts: readonly AttemptEnding[]): readonly OpenAttempt[] {
  return attempts
    .filter(
      ({ outcome, confirmedAt, declaration }) =>
        outcome !== null && confirmedAt === null && declaration === null,
    )
    .map(({ number, host, hostLastHeardAt, output, problem }) => ({
      number,
      host,
      lastHeardAt: hostLastHeardAt,
      output,
      problem,
    }));
}

/** The declared attempts of a job, in their order. A proof that comes later outweighs its word. */
export function declaredAttemptsOf(attempts: readonly AttemptEnding[]): readonly DeclaredAttempt[] {
  return attempts.flatMap(({ number, host, confirmedAt, declaration }) =>
    declaration === null || confirmedAt !== null ? [] : [{ number, host, ...declaration }],
  );
}
