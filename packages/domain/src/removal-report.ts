import { INTEGER, leftOut, listOf, NUMBER, type Of, object, TEXT, TIME } from './shape.ts';

const LEFTOVER = object({ path: TEXT, error: TEXT });
/** A file that could not be deleted, and the reason. */
export type Leftover = Of<typeof LEFTOVER>;

export const REMOVAL_REPORT = object({
  files: INTEGER,
  bytes: INTEGER,
  leftovers: listOf(LEFTOVER),
  timeToCleanMs: NUMBER,
  /** When the last file was deleted; null while there are leftovers. Receipts do not show it. */
  goneAt: leftOut(TIME),
});
/** What the host did to the files, in the form that is stored. */
export type RemovalReport = Of<typeof REMOVAL_REPORT>;

/** The paths of parts of outputs that an attempt may have left. */
export const PART_PATHS = listOf(TEXT);

/** The report as the host makes it: no field is left out. */
export type HostRemovalReport = RemovalReport & { readonly goneAt: string | null };
