import {
  findLogText,
  inSnapshot,
  type LogTextRow,
  type NumberedAttempt,
  sumLogBytes,
} from '@renderdeck/store';
import { type DatabaseContext, type Result, reject } from '../operation-context.ts';
import { numberedAttempt } from './numbered-attempt.ts';

export type LogTextQuery = {
  readonly id: string;
  /** Null: the newest attempt. */
  readonly attempt: number | null;
  /** The first byte. A negative number counts from the end. */
  readonly from: number;
  /** About how many bytes to read. */
  readonly most: number;
};
export type LogText = {
  readonly attempt: NumberedAttempt;
  /** The size of the log so far, in bytes. */
  readonly size: number;
  /** The chunks in order, without a gap. The first one contains the byte `from`. */
  readonly chunks: readonly LogTextRow[];
};

/**
 * Returns chunks of an attempt's log by their place in the text. Everything is read in one
 * snapshot. A byte keeps its place while the log grows.
 */
export async function getLogText(
  context: DatabaseContext,
  { from, most, ...query }: LogTextQuery,
): Promise<Result<LogText>> {
  return await inSnapshot(context.db, async (tx): Promise<Result<LogText>> => {
    const found = await numberedAttempt(tx, query);
    if (!found.ok) return found;
    const { id, number, logDeletedAt } = found.attempt;
    if (logDeletedAt !== null) return reject({ code: 'logDeleted', number, at: logDeletedAt });
    const size = await sumLogBytes(tx, id);
    const start = from < 0 ? Math.max(0, size + from) : from;
    const chunks = start >= size ? [] : await findLogText(tx, id, { from: start, most });
    return { ok: true, attempt: found.attempt, size, chunks };
  });
}
