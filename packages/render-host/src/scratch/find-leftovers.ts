import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  nameScratchFolder,
  readAttemptId,
  refuseFolder,
  type ScratchFolder,
} from './scratch-folder.ts';
import { openScratchRoot } from './scratch-root.ts';
import { readTrash } from './trash.ts';

export type Leftovers = { folders: ScratchFolder[]; refused: { path: string; refused: string }[] };

/**
 * Finds the folders, and the entries in the trash, of attempts that are over. Changes nothing.
 * Ignores names that are not of the form of such a folder. Lists a folder as refused when it has
 * such a name but is not ours.
 */
export async function findLeftovers(
  root: string,
  isOver: (attemptId: string) => boolean | Promise<boolean>,
): Promise<Leftovers> {
  const opened = await openScratchRoot(root);
  const names = [...(await readdir(opened.path)), ...(await readTrash(opened))];
  const ids = new Set(names.map(readAttemptId).filter((id) => id !== null));
  const found: Leftovers = { folders: [], refused: [] };
  for (const attemptId of ids) {
    if (!(await isOver(attemptId))) continue;
    const folder = nameScratchFolder(opened, attemptId);
    const refused = await refuseFolder(folder);
    if (refused === null) found.folders.push(folder);
    else found.refused.push({ path: join(opened.path, `attempt-${attemptId}`), refused });
  }
  return found;
}
