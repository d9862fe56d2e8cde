/*
 * How far a render is with its transfers: the sources that it downloads, and the outputs that it
 * uploads or copies. The render counts (`TransferCount`), its worker adds the rate and reports that
 * (`Transfer`), and a client gets it with its age (`TransferView`).
 */
import { INTEGER, listOf, NUMBER, nullable, type Of, object, oneOf, TEXT } from './shape.ts';
import { stepTimeLeft } from './time-left.ts';

export const TRANSFER_DIRECTIONS = ['download', 'upload', 'copy'] as const;
export type TransferDirection = (typeof TRANSFER_DIRECTIONS)[number];

/** So many names are reported at most. */
export const MOST_NAMES = 3;

export const TRANSFER = object({
  direction: oneOf(TRANSFER_DIRECTIONS),
  /** All files that are transferred together, and how many of them are done. */
  files: INTEGER,
  filesDone: INTEGER,
  /** Files that are moving now, for people: `intro.mov (assets[0].src)`. */
  names: listOf(TEXT),
  /** What is there of all the files. A try that begins again makes it smaller. */
  bytes: INTEGER,
  /** Null if the size of a file is not known. */
  totalBytes: nullable(INTEGER),
  /** Measured over the last seconds; null if that is too short a time. */
  bytesPerSecond: nullable(NUMBER),
});
/** The form that is stored. */
export type Transfer = Of<typeof TRANSFER>;

/**
 * `moved`: the bytes that the render has transferred so far. It never becomes smaller, and what was
 * there before a download went on does not count.
 */
export type TransferCount = Omit<Transfer, 'bytesPerSecond'> & { readonly moved: number };

export type TransferView = Transfer & {
  /** When the worker reported this, by the clock of the database. */
  readonly reportedAt: Date;
  /** In the steps of time-left.ts; null if the size or the rate is not known. */
  readonly timeLeftMs: number | null;
};

/** A count at a moment of a steady clock. */
export type MovedSample = { readonly atMs: number; readonly moved: number };

/** The rate is that of this time. */
const WINDOW_MS = 5000;
/** A rate of a shorter time says little. */
const LEAST_MS = 1000;
/** Longer than the longest pause between two reports of a worker that lives (lease.ts). */
const OLD_AFTER_MS = 30_000;

/** The samples that the rate needs from now on: those of the window, and the last one before it. */
export function addMovedSample(
  samples: readonly MovedSample[],
  sample: MovedSample,
): readonly MovedSample[] {
  const before = samples.findLastIndex(({ atMs }) => atMs <= sample.atMs - WINDOW_MS);
  return [...samples.slice(Math.max(0, before)), sample];
}

/** Bytes per second between the samples. Null if they were taken in too short a time. */
export function rateOf(samples: readonly MovedSample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return null;
  const measuredMs = last.atMs - first.atMs;
  if (measuredMs < LEAST_MS) return null;
  return Math.round(((last.moved - first.moved) * 1000) / measuredMs);
}

/** What a client gets of a report of this age. An old report says nothing of the rate now. */
export function viewTransfer(
  transfer: Transfer,
  { reportedAt, ageMs }: { readonly reportedAt: Date; readonly ageMs: number },
): TransferView {
  const rate = ageMs > OLD_AFTER_MS ? null : transfer.bytesPerSecond;
  const { bytes, totalBytes } = transfer;
  const timeLeftMs =
    totalBytes === null || rate === null || rate <= 0
      ? null
      : stepTimeLeft((Math.max(0, totalBytes - bytes) * 1000) / rate);
  return { ...transfer, bytesPerSecond: rate, reportedAt, timeLeftMs };
}
