import type { LogPlace } from '@renderdeck/domain';
import {
  findJobView,
  findLogChunks,
  inSnapshot,
  type LogRow,
  listAttemptNumbers,
} from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';

export type LogQuery = {
  readonly id: string;
  /** Only this attempt; null: the attempts from `after` on. */
  readonly attempt: number | null;
  /**
   * The last chunk that the caller has. If `after` or its attempt is null, the newest attempt is
   * read.
   */
  readonly after: { readonly attempt: number | null; readonly seq: number } | null;
  readonly limit: number;
};
export type AttemptLog = {
  /** The id of the newest attempt; null if the job was never claimed. */
  readonly newestId: string | null;
  /** The attempt that contains the place `after`; null if there is none. */
  readonly attempt: number | null;
  /** The id of the attempt that contains the place `after`. */
  readonly attemptId: string | null;
  /** That attempt has ended, and the answer has the last of its lines. */
  readonly isOver: boolean;
  readonly chunks: readonly LogRow[];
  /** Where the next read continues. */
  readonly after: LogPlace;
};

/**
 * Returns the log of a job after a place: the rest of that attempt, then each later attempt from
 * its first line. Everything is read in one snapshot.
 */
export async function getAttemptLog(
  context: DatabaseContext,
  query: LogQuery,
): Promise<Result<AttemptLog>> {
  const { id, attempt: only, limit } = query;
  return await inSnapshot(context.db, async (tx): Promise<Result<AttemptLog>> => {
    const attempts = await listAttemptNumbers(tx, id);
    const [newest] = attempts;
    if (newest === undefined && (await findJobView(tx, id)) === null)
      return reject({ code: 'unknownJob', id });
    const from = {
      attempt: query.after?.attempt ?? only ?? newest?.number ?? 0,
      seq: query.after?.seq ?? 0,
    };
    const chunks = await findLogChunks(tx, id, { from, only, limit });
    const last = chunks.at(-1) ?? from;
    const after = { attempt: last.attempt, seq: last.seq };
    const known = attempts.find(({ number }) => number === after.attempt);
    return {
      ok: true,
      newestId: newest?.id ?? null,
      attempt: known?.number ?? null,
      attemptId: known?.id ?? null,
      isOver: known !== undefined && known.outcome !== null && chunks.length < limit,
      chunks,
      after,
    };
  });
}
