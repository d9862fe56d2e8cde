import { chmod, lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { openHostFolder } from './host-folder.ts';
import { openScratchRoot } from './scratch-root.ts';

/**
 * Lets another user pass through the root to a scratch folder of its own. It can neither list the
 * root, change anything in it, nor enter the host's own folder and the trash.
 */
export async function letUsersPass(root: string): Promise<void> {
  const { path } = await openScratchRoot(root);
  for (const own of [await openHostFolder(root), join(path, '.trash')]) {
    const found = await lstat(own).catch(() => null);
    if (found?.isDirectory() === true) await chmod(own, 0o700);
  }
  const { mode } = await lstat(path);
  await chmod(path, (mode & 0o700) | 0o111);
}
