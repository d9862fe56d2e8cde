import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Gives a file that root made to the owner of its folder, so that the worker of another user can
 * read and replace it. Does nothing for any other user, and on Windows, where the folder's rights
 * count.
 */
export async function giveToOwner(path: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(dirname(path));
  await chown(path, uid, gid);
}
