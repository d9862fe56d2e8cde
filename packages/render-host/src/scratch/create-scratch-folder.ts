import { chmod, chown, mkdir } from 'node:fs/promises';
import { removeScratchFolder } from './remove-scratch-folder.ts';
import { MARKER, nameScratchFolder, type ScratchFolder } from './scratch-folder.ts';
import { openScratchRoot } from './scratch-root.ts';
import { writeBytesDurably } from './write-durably.ts';

/** The user that renders in a scratch folder, and the group that only that user's tree has. */
export type ScratchOwner = { readonly uid: number; readonly gid: number };

/**
 * Creates the folder of an attempt. Only our user can read it, or only the tree of `owner`: then
 * the folder belongs to us, and the files in it to the owner. Calls `record` with the path before
 * it creates anything. Throws if the folder exists: an attempt gets only one folder. When a later
 * step fails, the folder is removed again.
 */
export async function createScratchFolder(
  root: string,
  attemptId: string,
  record: (path: string) => Promise<void> = async () => {},
  owner: ScratchOwner | null = null,
): Promise<ScratchFolder> {
  const folder = { ...nameScratchFolder(await openScratchRoot(root), attemptId), wasMarked: true };
  await record(folder.path);
  await mkdir(folder.path, { mode: 0o700 });
  try {
    await fillFolder(folder, owner);
  } catch (cause) {
    await removeScratchFolder(folder);
    throw cause;
  }
  return folder;
}

/** The marker comes first: a daemon may die after each step, and its folder must stay known. */
async function fillFolder(folder: ScratchFolder, owner: ScratchOwner | null): Promise<void> {
  await writeBytesDurably(folder.path, MARKER, Buffer.from(folder.attemptId));
  for (const path of [folder.workPath, folder.tempPath, folder.logPath]) {
    await mkdir(path, { mode: 0o700 });
    if (owner !== null) await chown(path, owner.uid, owner.gid);
  }
  if (owner === null) return;
  await chown(folder.path, process.getuid?.() ?? 0, owner.gid);
  await chmod(folder.path, 0o750);
}
