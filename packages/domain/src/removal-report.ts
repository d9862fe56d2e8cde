/** A file that could not be deleted, and why. */
export type Leftover = { readonly path: string; readonly error: string };

/** What the host did to the files, as the receipt needs it. */
export type RemovalReport = {
  readonly files: number;
  readonly bytes: number;
  readonly leftovers: readonly Leftover[];
  readonly timeToCleanMs: number;
};

/** The report as the host makes and stores it. */
export type HostRemovalReport = RemovalReport & {
  /** When the last file was gone; null while there are leftovers. */
  readonly goneAt: string | null;
};
