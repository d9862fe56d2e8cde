/**
 * How the files of an attempt are removed after its processes are proven dead
 * (process/stop-process-tree.ts):
 *
 * 1. Check that the folder is still ours: its name, its place, no link, the same disk, our marker.
 *    If not, leave it alone.
 * 2. Rename it into `.trash`, so that its name is free at once. If the system refuses (a mount, or
 *    on Windows an open file in it), delete it in place, with the marker as the last file: if some
 *    files stay, the next daemon still knows that the folder is ours.
 * 3. Delete everything in it, never through a link or into a mount. Try failed deletions again
 *    after 20 ms, later after up to 1 s: Windows deletes no file that a program has open. Root does
 *    not enter a folder of another user. A program that runs as this user empties it, because this
 *    user may exchange all names there.
 * 4. Check again. If a late writer has created the path again, continue with step 1.
 * 5. When the time budget is over, report each file that is left. A daemon may call this again
 *    later.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { HostRemovalReport, Leftover } from '@renderdeck/domain';
import { codeOf } from '../paths/error-code.mjs';
import { beginDeletion, type Deletion, deleteTree, isGone } from './delete-tree.mjs';
import { readMountPoints } from './mount-points.mjs';
import { makeEmptyAsOwner } from './remove-as-user.ts';
import { refuseFolder, type ScratchFolder } from './scratch-folder.ts';
import { listTrash, moveToTrash, rememberInTrash } from './trash.ts';

const MOST_LEFTOVERS = 100;

/**
 * Removes the folder and the files that an earlier removal left, or names the files that remain.
 * Never throws. A folder that is missing counts as removed.
 */
export async function removeScratchFolder(
  folder: ScratchFolder,
  { budgetMs = 30_000 } = {},
): Promise<HostRemovalReport> {
  const startedAt = performance.now();
  const deletion = beginDeletion();
  let pauseMs = 20;
  while (true) {
    deletion.leftovers = [];
    await removeOnce(folder, deletion, startedAt + budgetMs).catch((cause) =>
      deletion.leftovers.push({ path: folder.path, error: codeOf(cause) }),
    );
    const timeToCleanMs = Math.round(performance.now() - startedAt);
    const { files, bytes } = deletion;
    if (deletion.leftovers.length === 0)
      return { files, bytes, leftovers: [], timeToCleanMs, goneAt: new Date().toISOString() };
    if (timeToCleanMs + pauseMs > budgetMs)
      return {
        files,
        bytes,
        leftovers: nameLeftovers(deletion.leftovers),
        timeToCleanMs,
        goneAt: null,
      };
    await delay(pauseMs);
    pauseMs = Math.min(pauseMs * 2, 1000);
  }
}

async function removeOnce(
  folder: ScratchFolder,
  deletion: Deletion,
  untilMs: number,
): Promise<void> {
  const refused = await refuseFolder(folder);
  if (refused !== null) {
    deletion.leftovers.push({ path: folder.path, error: refused });
    return;
  }
  const inPlace = (await isGone(folder.path)) || (await moveToTrash(folder)) ? [] : [folder.path];
  const fence = {
    device: folder.root.device,
    mountPoints: await readMountPoints(),
    emptyAsOwner: makeEmptyAsOwner(untilMs),
  };
  for (const path of await listTrash(folder)) await deleteTree(path, path, fence, deletion);
  for (const path of inPlace)
    await deleteTree(path, path, { ...fence, last: folder.markerPath }, deletion);
  if (deletion.leftovers.length > 0 || (await isGone(folder.path))) return;
  await rememberInTrash(folder);
  deletion.leftovers.push({ path: folder.path, error: 'was made again' });
}

/** Leaves out ENOTEMPTY when other errors explain it, and shortens the list so it can be stored. */
function nameLeftovers(leftovers: Leftover[]): Leftover[] {
  const causes = leftovers.filter(({ error }) => error !== 'ENOTEMPTY');
  const named = causes.length > 0 ? causes : leftovers;
  if (named.length <= MOST_LEFTOVERS) return named;
  return [
    ...named.slice(0, MOST_LEFTOVERS),
    { path: '…', error: `and ${named.length - MOST_LEFTOVERS} more` },
  ];
}
