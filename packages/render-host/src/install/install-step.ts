/** `may`: the step may fail, for example because its work is already done. */
export type InstallStep = { readonly why: string; readonly may?: true } & (
  | { readonly run: readonly [string, ...string[]] }
  | { readonly write: string; readonly text: string; readonly encoding?: 'utf16le' }
  | { readonly remove: string }
  /** With `user`: a new folder, and one of root, is given to that user. */
  | { readonly folder: string; readonly user?: string }
  | { readonly own: string; readonly user: string }
  /** What the command does itself; `act` returns a sentence when it fails. */
  | { readonly does: string; readonly act: () => Promise<string | null> }
);
