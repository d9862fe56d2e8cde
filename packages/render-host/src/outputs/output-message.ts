/*
 * Reads what a render sends about its outputs. The render may send anything, so everything is
 * checked: a value that cannot be stored counts as not known.
 */
import {
  type CopiedOutput,
  type MeasuredOutput,
  NOT_MEASURED_REASONS,
  OUTPUT_FACTS,
  OUTPUT_KINDS,
} from '@renderdeck/domain';
import { makeStorable } from '../nexrender/make-storable.ts';
import { isRecord } from '../system/is-record.ts';

const MOST_INTEGER = 2 ** 31 - 1;
const MOST_SECONDS = 1e9;

export function readCopied(value: unknown): CopiedOutput {
  const { kind, bytes, files, sha256 } = isRecord(value) ? value : {};
  return {
    kind: OUTPUT_KINDS.find((known) => known === kind) ?? 'file',
    bytes: readCount(bytes, Number.MAX_SAFE_INTEGER) ?? 0,
    files: readCount(files) ?? 1,
    sha256: typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
  };
}

export function readMeasured(value: unknown): MeasuredOutput {
  const { seconds, codec, width, height, frames, why } = isRecord(value) ? value : {};
  const isLength = typeof seconds === 'number' && seconds >= 0 && seconds <= MOST_SECONDS;
  return {
    seconds: isLength ? seconds : null,
    codec:
      typeof codec === 'string' ? makeStorable(codec.slice(0, OUTPUT_FACTS.longestCodec)) : null,
    width: readCount(width),
    height: readCount(height),
    frames: readCount(frames),
    why: NOT_MEASURED_REASONS.find((known) => known === why) ?? null,
  };
}

function readCount(value: unknown, most = MOST_INTEGER): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most
    ? value
    : null;
}
