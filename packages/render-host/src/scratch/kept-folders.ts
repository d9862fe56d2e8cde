/*
 * The scratch folders of failed attempts, kept for a person who looks for the cause.
 *
 * 1. When an attempt has failed, its folder is renamed to `.kept/attempt-ID~TIME` in the same root.
 *    TIME is in ms, by the clock of the host.
 * 2. `takeExpired` moves those that are too old, or too many, into the trash. From there
 *    removeScratchFolder deletes them, as every other folder.
 */
import { readdir, rename, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  nameScratchFolder,
  readAttemptId,
  refuseFolder,
  type ScratchFolder,
} from './scratch-folder.ts';
import { openScratchRoot } from './scratch-root.ts';
import { isOurFolder, KEPT, makeOurFolder, moveToTrash } from './trash.ts';

export type KeptLimits = {
  readonly keepMs: number;
  /** How many are kept; the oldest ones go first. */
  readonly most: number;
};

/**
 * Keeps the folder of an attempt whose processes are proven dead. Returns its new path; null if
 * there is no such folder, or if the system refuses to move it (on Windows, an open file in it).
 */
export async function keepScratchFolder(folder: ScratchFolder): Promise<string | null> {
  if ((await refuseFolder(folder)) !== null || !(await makeOurFolder(folder.root, KEPT)))
    return null;
  const path = join(folder.root.path, KEPT, `${basename(folder.path)}~${Date.now()}`);
  return await rename(folder.path, path).then(
    () => path,
    () => null,
  );
}

/**
 * Moves each kept folder that is over the limits into the trash. Returns the folders of these
 * attempts, for removeScratchFolder. A folder from the future counts as new.
 */
export async function takeExpired(
  root: string,
  { keepMs, most }: KeptLimits,
): Promise<ScratchFolder[]> {
  const opened = await openScratchRoot(root);
  if (!(await isOurFolder(opened, KEPT))) return [];
  const kept = (await readdir(join(opened.path, KEPT))).flatMap((name) => {
    const [attemptId, at] = [readAttemptId(name), Number(name.split('~')[1])];
    return attemptId === null || Number.isNaN(at) ? [] : [{ name, attemptId, at }];
  });
  const newestFirst = kept.toSorted((one, other) => other.at - one.at);
  const expired = newestFirst.filter(({ at }, place) => place >= most || Date.now() - at >= keepMs);
  const taken: ScratchFolder[] = [];
  for (const { name, attemptId } of expired) {
    const folder = nameScratchFolder(opened, attemptId);
    const path = join(opened.path, KEPT, name);
    if (await moveToTrash({ path, root: opened })) taken.push(folder);
  }
  // Fails while something is kept.
  await rmdir(join(opened.path, KEPT)).catch(() => undefined);
  return taken;
}
