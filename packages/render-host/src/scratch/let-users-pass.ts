import { join } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { openHostFolder } from './host-folder.ts';
import { withOpenFolder } from './other-owner.ts';
import { openScratchRoot } from './scratch-root.ts';

/**
 * Lets other users pass through the root to their own scratch folders. They can neither list nor
 * change the root, nor enter the host's own folder and the trash. Throws a sentence when the root
 * or one of these folders does not belong to root.
 */
export async function letUsersPass(root: string): Promise<void> {
  const { path } = await openScratchRoot(root);
  for (const own of [await openHostFolder(root), join(path, '.trash')])
    await changeMode(own, () => 0o700).catch(missingIsNull);
  await changeMode(path, (mode) => (mode & 0o700) | 0o111);
}

/** Uses a descriptor, because the name may lead to another folder by now. */
async function changeMode(path: string, decide: (mode: number) => number): Promise<void> {
  await withOpenFolder(path, [0], async (_base, folder) => {
    await folder.chmod(decide((await folder.stat()).mode));
  });
}
