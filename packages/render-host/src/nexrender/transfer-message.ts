import { MOST_NAMES, TRANSFER_DIRECTIONS, type TransferCount } from '@renderdeck/domain';
import { isRecord } from '../system/is-record.ts';
import { makeStorable } from './make-storable.ts';

const LONGEST_NAME = 200;

/** Reads the message of report-transfers.mjs. Null for any other message. */
export function parseTransfer({ type, transfer }: Record<string, unknown>) {
  if (type !== 'transfer') return null;
  if (transfer === null) return { type, transfer } as const;
  const count = isRecord(transfer) ? parseCount(transfer) : null;
  return count === null ? null : ({ type, transfer: count } as const);
}

function parseCount({ names, ...counts }: Record<string, unknown>): TransferCount | null {
  const { files, filesDone, bytes, totalBytes, moved } = counts;
  const direction = TRANSFER_DIRECTIONS.find((known) => known === counts.direction);
  if (direction === undefined || !Array.isArray(names)) return null;
  if (!isCount(files) || !isCount(filesDone) || !isCount(bytes) || !isCount(moved)) return null;
  if (totalBytes !== null && !isCount(totalBytes)) return null;
  const texts = names.filter((name) => typeof name === 'string').slice(0, MOST_NAMES);
  return {
    ...{ direction, files, filesDone, bytes, totalBytes, moved },
    names: texts.map(makeStorable),
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/**
 * Hides the job's secrets in the names, and then shortens the names. The name of a source is as in
 * its address, so it is decoded for people. A secret may be in the name in either form.
 */
export function hideInNames(
  transfer: TransferCount,
  redact: (text: string) => string,
): TransferCount {
  const hide = (name: string) =>
    transfer.direction === 'download' ? redact(decode(redact(name))) : redact(name);
  const shorten = (name: string) => [...name].slice(0, LONGEST_NAME).join('');
  return { ...transfer, names: transfer.names.map((name) => shorten(hide(name))) };
}

function decode(name: string): string {
  try {
    return makeStorable(decodeURIComponent(name));
  } catch {
    return name;
  }
}
