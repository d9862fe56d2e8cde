import { readLogCursor, writeLogCursor } from '@renderdeck/domain';
import {
  type GetAttemptLogInput,
  type GetAttemptLogOutput,
  type GetLogTextInput,
  type GetLogTextOutput,
  refuse,
  type WireAttempt,
  type WireLogChunk,
} from '../src/index.ts';

/** The chunks after a cursor, as the real port gives them. `log` has the chunks in order. */
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

/** The index in `log` at which a follower with this cursor starts. */
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

/** The attempt with this number; without a number the newest. `attempts` has the newest first. */
export function fakeAttemptOf(attempts: readonly WireAttempt[], number?: number): WireAttempt {
  const found = attempts.find((attempt) => attempt.number === (number ?? attempts[0]?.number));
  if (found === undefined)
    throw refuse('attempt_not_found', undefined, { attempt: number ?? null });
  return found;
}

/** A part of the text of an attempt's log, as the real port gives it. */
export function readFakeLogText(
  log: readonly WireLogChunk[],
  { number, outcome, endedAt }: WireAttempt,
  { from, most }: Pick<GetLogTextInput, 'from' | 'most'>,
): GetLogTextOutput {
  let size = 0;
  const placed = log
    .filter(({ attempt }) => attempt === number)
    .map((chunk) => {
      const start = size;
      const text = chunk.lines.map((line) => `${line}\n`).join('');
      size += new TextEncoder().encode(text).length;
      return { chunk, start, end: size };
    });
  const first = from < 0 ? Math.max(0, size + from) : from;
  const wanted = placed.filter(({ start, end }) => end > first && start < first + most);
  return {
    attempt: number,
    outcome,
    endedAt,
    size,
    start: wanted[0]?.start ?? size,
    next: wanted.at(-1)?.end ?? size,
    chunks: wanted.map(({ chunk }) => chunk),
  };
}
