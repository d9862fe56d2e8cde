/* Deletes and renames for `worker acceptance`, which measures them in a folder of its own. */
import { mkdtemp, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import { openHostFolder } from './host-folder.ts';

/** Null when the work was done, or the error code. */
export type Refused = string | null;

const asRefused = (work: Promise<unknown>): Promise<Refused> =>
  work.then(
    () => null,
    (cause: unknown) => codeOf(cause),
  );

export const tryToUnlink = (path: string) => asRefused(unlink(path));
export const tryToRemoveFolder = (path: string) => asRefused(rmdir(path));
export const tryToRename = (from: string, to: string) => asRefused(rename(from, to));
/** Deletes a folder with everything in it. A link in it is deleted and not followed. */
export const tryToRemoveTree = (path: string) => asRefused(rm(path, { recursive: true }));

/** Makes a folder in the host's own folder, which no sweep removes. */
export async function makeAcceptanceFolder(root: string): Promise<string> {
  return await mkdtemp(join(await openHostFolder(root), 'acceptance-'));
}

/** Removes that folder. Returns a sentence when something is left, null otherwise. */
export async function removeAcceptanceFolder(path: string): Promise<string | null> {
  const options = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };
  const refused = await asRefused(rm(path, options));
  return refused === null ? null : `${path} could not be removed (${refused}): remove it by hand.`;
}
