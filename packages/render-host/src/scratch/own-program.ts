/*
 * The worker's own copy of its program. npm replaces or removes the files of a package while a
 * worker runs from it, and each render loads more of them. So the worker of an npm package copies
 * its program into `.program` of its scratch root, and runs from there.
 *
 * 1. The name of a copy holds the version and the digest of the program. A copy is whole or has
 *    another name: it is made aside and then renamed.
 * 2. A copy is used again if each of its files is there with its size. Otherwise it is made again.
 * 3. The daemon that holds the lock of the scratch root removes the copies of other versions.
 */
import {
  chmod,
  constants,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openScratchRoot, type ScratchRoot } from './scratch-root.ts';
import { isOurFolder, makeOurFolder, PROGRAM } from './trash.ts';

/** A file of the program: where it is, and its path in the copy. */
export type ProgramFile = { readonly from: string; readonly to: string };

/** Returns the folder of the copy with this name. Makes the copy if it is missing or damaged. */
export async function copyOwnProgram(
  root: string,
  name: string,
  files: readonly ProgramFile[],
): Promise<string> {
  const opened = await openScratchRoot(root);
  const place = join(opened.path, PROGRAM, name);
  if (!(await makeOurFolder(opened, PROGRAM)))
    throw new Error(`${join(opened.path, PROGRAM)} is no folder. Remove what is in its place.`);
  // The user that renders reads the launcher here, and writes nothing.
  await chmod(join(opened.path, PROGRAM), 0o755);
  if (await isWhole(place, files)) return place;
  const aside = await mkdtemp(`${place}${UNFINISHED}`);
  try {
    await copyFiles(aside, files);
    await rm(place, { recursive: true, force: true });
    await rename(aside, place).catch(async (error: unknown) => {
      // Another start may have been first.
      if (!(await isWhole(place, files))) throw error;
    });
    return place;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Removes all copies but this one. Only for the daemon that holds the lock of the root. */
export async function removeOtherPrograms(root: string, name: string): Promise<void> {
  const opened = await openScratchRoot(root);
  for (const other of await listPrograms(opened))
    if (other !== name)
      await rm(join(opened.path, PROGRAM, other), { recursive: true, force: true });
}

const UNFINISHED = '.unfinished-';

async function listPrograms(root: ScratchRoot): Promise<string[]> {
  return (await isOurFolder(root, PROGRAM)) ? await readdir(join(root.path, PROGRAM)) : [];
}

async function isWhole(place: string, files: readonly ProgramFile[]): Promise<boolean> {
  for (const { from, to } of files) {
    const [{ size }, copy] = await Promise.all([
      stat(from),
      stat(join(place, to)).catch(() => null),
    ]);
    if (copy?.size !== size) return false;
  }
  return true;
}

async function copyFiles(folder: string, files: readonly ProgramFile[]): Promise<void> {
  await chmod(folder, 0o755);
  for (const { from, to } of files) {
    await mkdir(join(folder, dirname(to)), { recursive: true, mode: 0o755 });
    // The disk shares the bytes where it can.
    await copyFile(from, join(folder, to), constants.COPYFILE_FICLONE);
  }
}
