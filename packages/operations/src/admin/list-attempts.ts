import { type ListedAttempt, listAttempts as listAttemptRows } from '@renderdeck/store';
import type { DatabaseContext } from '../operation-context.ts';

/** One answer has at most this many attempts. */
const MOST = 10_000;

export type AttemptsOfTime = {
  readonly attempts: readonly ListedAttempt[];
  /** Set if there are more: those that ended before this time are left out. */
  readonly cutAt: string | null;
};

/** The attempts of all hosts that ended within a time, and those that run; the latest end first. */
export async function listAttempts(
  { db }: DatabaseContext,
  { from, to }: { readonly from: Date; readonly to: Date },
  most = MOST,
): Promise<AttemptsOfTime> {
  const found = await listAttemptRows(db, { from, to, most: most + 1 });
  const attempts = found.slice(0, most);
  return { attempts, cutAt: found.length > most ? (attempts.at(-1)?.to ?? null) : null };
}
