import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';

/** Who gets what root makes in a folder of somebody else. */
export type Owner = { readonly uid: number; readonly gid: number };

/**
 * The owner of the folder where we are root and the folder is not ours, else null. The worker of
 * that user must be able to read and replace what root makes there.
 */
export async function findOtherOwner(folder: string): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = await stat(folder);
  return uid === 0 ? null : { uid, gid };
}

/**
 * Opens a folder, and no link, of one of these users. `base` is a path of this very folder,
 * whatever has its name by now. Other systems than Linux have no such path.
 */
export async function withOpenFolder<Result>(
  path: string,
  users: readonly number[],
  work: (base: string, folder: FileHandle) => Promise<Result>,
): Promise<Result> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const { uid } = await folder.stat();
    if (!users.includes(uid))
      throw new Error(`${path} belongs to user ${uid}: give it to user ${users[0]}`);
    return await work(process.platform === 'linux' ? `/proc/self/fd/${folder.fd}` : path, folder);
  } finally {
    await folder.close();
  }
}

/** Gives a folder that root has just made, so an empty one: nothing of root's can be in it. */
export async function giveNewFolder(path: string, { uid, gid }: Owner): Promise<void> {
  await withOpenFolder(path, [0], async (base, folder) => {
    if ((await readdir(base)).length === 0) await folder.chown(uid, gid);
  });
}
