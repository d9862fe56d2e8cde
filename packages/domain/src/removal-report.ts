import { INTEGER, leftOut, listOf, NUMBER, type Of, object, TEXT, TIME } from './shape.ts';

const LEFTOVER = object({ path: TEXT, error: TEXT });
/** A file that could not be deleted, and why. */
export type Leftover = Of<typeof LEFTOVER>;

export const REMOVAL_REPORT = object({
  files: INTEGER,
  bytes: INTEGER,
  leftovers: listOf(LEFTOVER),
  timeToCleanMs: NUMBER,
  /** When the last file was gone; null while there are leftovers. No receipt has it. */
  goneAt: leftOut(TIME),
});
/** What the host did to the files, as it is stored. */
export type RemovalReport = Of<typeof REMOVAL_REPORT>;

/** The report as the host makes it: nothing is left out. */
export type HostRemovalReport = RemovalReport & { readonly goneAt: string | null };
