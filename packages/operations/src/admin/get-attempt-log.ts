import { findAttemptsOfJob, findJobView, findLogChunks, inSnapshot } from '@renderdeck/store';
import { type DatabaseContext, type Outcome, reject } from '../operation-context.ts';

export type LogQuery = {
  readonly id: string;
  /** The number of the attempt; null for the latest one. */
  readonly attempt: number | null;
  /** The number of the last chunk that the caller has. */
  readonly after: number;
  readonly limit: number;
};
export type AttemptLog = {
  readonly attempt: number | null;
  readonly attemptId: string | null;
  readonly chunks: Awaited<ReturnType<typeof findLogChunks>>;
};

/**
 * Returns the log of one attempt after a chunk's number; nothing if the job was never claimed. All
 * of it is of one snapshot.
 */
export async function getAttemptLog(
  context: DatabaseContext,
  query: LogQuery,
): Promise<Outcome<AttemptLog>> {
  return await inSnapshot(context.db, async (tx): Promise<Outcome<AttemptLog>> => {
    const attempts = await findAttemptsOfJob(tx, query.id);
    const attempt =
      query.attempt === null
        ? attempts[0]
        : attempts.find(({ number }) => number === query.attempt);
    if (attempt !== undefined) {
      const { id: attemptId, number } = attempt;
      const chunks = await findLogChunks(tx, attemptId, query.after, query.limit);
      return { ok: true, attempt: number, attemptId, chunks };
    }
    if ((await findJobView(tx, query.id)) === null)
      return reject({ code: 'unknownJob', id: query.id });
    return { ok: true, attempt: null, attemptId: null, chunks: [] };
  });
}
