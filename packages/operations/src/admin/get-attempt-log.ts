import { type Database, findAttemptsOfJob, findLogChunks } from '@renderdeck/store';
import type { Outcome } from '../operation-context.ts';

export type LogQuery = {
  readonly id: string;
  readonly attempt: number | null;
  readonly after: number;
  readonly limit: number;
};
type Chunks = Awaited<ReturnType<typeof findLogChunks>>;

/** Output lines of one attempt, the latest where none is named, after a chunk's number; none where the job was never tried. */
export async function getAttemptLog(
  db: Database,
  query: LogQuery,
): Promise<Outcome<{ attempt: number | null; attemptId: string | null; chunks: Chunks }>> {
  const attempts = await findAttemptsOfJob(db, query.id);
  const attempt =
    query.attempt === null ? attempts[0] : attempts.find(({ number }) => number === query.attempt);
  if (attempt === undefined) return { ok: true, attempt: null, attemptId: null, chunks: [] };
  return {
    ok: true,
    attempt: attempt.number,
    attemptId: attempt.id,
    chunks: await findLogChunks(db, attempt.id, query.after, query.limit),
  };
}
