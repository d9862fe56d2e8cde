import { formatFileSize } from '../file-size.ts';
import type { WireTransfer } from './transfer.ts';

export type TransferText = {
  /** "Downloading a.mov (assets[0].src)", or "Downloading, 3 of 7 files done". */
  readonly what: string;
  /** Of several files, those that move now: "a.mov (assets[0].src), b.mov (assets[4].src)". */
  readonly now: string | null;
  /** "1.2 GB of 4.0 GB, 35 MB/s, ≈ 6 min left", as far as it is known. */
  readonly amount: string;
  /** For a small place: "Downloading 1.2 GB of 4.0 GB, 35 MB/s, ≈ 6 min left, 3 of 7 files". */
  readonly short: string;
  /** Null if the size is not known. */
  readonly percent: number | null;
};

const VERBS: Readonly<Record<WireTransfer['direction'], string>> = {
  download: 'Downloading',
  upload: 'Uploading',
  copy: 'Copying',
};

/** How far a transfer is, for people. An old report has no rate and no time left. */
export function describeTransfer(transfer: WireTransfer): TransferText {
  const { direction, files, filesDone, names, bytes, totalBytes } = transfer;
  const { bytesPerSecond, timeLeftMs } = transfer;
  const isOne = files === 1;
  const done = isOne ? ` ${names[0] ?? 'a file'}` : `, ${filesDone} of ${files} files done`;
  const total = totalBytes === null ? '' : ` of ${formatFileSize(totalBytes)}`;
  const parts = [
    `${formatFileSize(bytes)}${total}`,
    ...(bytesPerSecond === null ? [] : [`${formatFileSize(bytesPerSecond)}/s`]),
    ...(timeLeftMs === null ? [] : [`${formatTimeLeft(timeLeftMs)} left`]),
  ];
  const amount = parts.join(', ');
  return {
    what: `${VERBS[direction]}${done}`,
    now: isOne || names.length === 0 ? null : names.join(', '),
    amount,
    short: `${VERBS[direction]} ${amount}${isOne ? '' : `, ${filesDone} of ${files} files`}`,
    percent: totalBytes === null || totalBytes === 0 ? null : (bytes / totalBytes) * 100,
  };
}

const MINUTE_MS = 60_000;

/** "≈ 6 min", "≈ 1 h 05 min" or "under 2 min", in the steps of the server. */
export function formatTimeLeft(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 2) return 'under 2 min';
  if (minutes < 60) return `≈ ${minutes} min`;
  return `≈ ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
