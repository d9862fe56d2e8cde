import { readLogCursor, writeLogCursor } from '@renderdeck/domain';
import type { GetAttemptLogInput, GetAttemptLogOutput, WireLogChunk } from '../src/index.ts';

/** The chunks after a cursor, as the real port reads them. `log` is in the order of its chunks. */
export function readFakeLog(
  log: readonly WireLogChunk[],
  attempts: number,
  { attempt: only, after, limit }: Omit<GetAttemptLogInput, 'id'>,
): GetAttemptLogOutput {
  const place = after === undefined ? null : readLogCursor(String(after));
  const from = { attempt: place?.attempt ?? only ?? attempts, seq: place?.seq ?? 0 };
  const chunks = log
    .filter((chunk) => isAfter(chunk, from) && (only ?? chunk.attempt) === chunk.attempt)
    .slice(0, limit);
  const last = chunks.at(-1) ?? from;
  const known = last.attempt > 0 && last.attempt <= attempts;
  return { attempt: known ? last.attempt : null, chunks, after: writeLogCursor(last) };
}

/** Where in `log` a follower with this cursor starts. */
export function startInFakeLog(
  log: readonly WireLogChunk[],
  attempts: number,
  cursor: string | null,
): number {
  const place = cursor === null ? null : readLogCursor(cursor);
  const from = { attempt: place?.attempt ?? attempts, seq: place?.seq ?? 0 };
  const start = log.findIndex((chunk) => isAfter(chunk, from));
  return start < 0 ? log.length : start;
}

function isAfter(chunk: WireLogChunk, from: { attempt: number; seq: number }): boolean {
  return chunk.attempt > from.attempt || (chunk.attempt === from.attempt && chunk.seq > from.seq);
}
