import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';

/** The user and group that own files which root creates in a folder of another user. */
export type Owner = { readonly uid: number; readonly gid: number };

/**
 * The owner of the folder if this process is root and the folder belongs to another user, else
 * null. That user's worker must be able to read and replace the files that root creates there.
 */
export async function findOtherOwner(folder: string): Promise<Owner | null> {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = await stat(folder);
  return uid === 0 ? null : { uid, gid };
}

/**
 * Opens a folder of one of these users; it must be no link. `base` is a path that always leads to
 * this folder, even if another folder has its name by now. Only Linux has such a path.
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

/** Gives away a folder that root has just created. It is empty, so no file of root is in it. */
export async function giveNewFolder(path: string, { uid, gid }: Owner): Promise<void> {
  await withOpenFolder(path, [0], async (base, folder) => {
    if ((await readdir(base)).length === 0) await folder.chown(uid, gid);
  });
}
