import { createHash } from 'node:crypto';

export type PlannedFile = { readonly bytes: Uint8Array; readonly isProgram: boolean };

/** The files of a folder, by their path in it, with `/` on every system. */
export type PlannedFiles = Map<string, PlannedFile>;

/** Sorts the files by path, in an order that does not depend on the system's language. */
export function sortFiles(files: PlannedFiles): [string, PlannedFile][] {
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** A digest of all paths and all bytes. */
export function digestFiles(files: PlannedFiles): string {
  const hash = createHash('sha256');
  for (const [path, { bytes, isProgram }] of sortFiles(files))
    hash.update(`${path}\0${isProgram}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex');
}
