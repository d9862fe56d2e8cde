import { lstat, readdir, realpath } from 'node:fs/promises';
import hostPath, { basename, dirname, type PlatformPath } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { openScratchRoot, type ScratchRoot } from './scratch-root.ts';
import { listTrash } from './trash.ts';
import { asideOf } from './write-durably.ts';

/** Only this file makes values of the type ScratchFolder, so only such a path can be deleted. */
const MADE_HERE = Symbol('made here');

/** All files of one attempt: nexrender's work path, temporary files, logs. Never used again. */
export type ScratchFolder = Readonly<{
  path: string;
  workPath: string;
  tempPath: string;
  logPath: string;
  /** This file shows that the folder is ours, so it is deleted after all other files. */
  markerPath: string;
  attemptId: string;
  root: ScratchRoot;
  /** This daemon has seen our marker in it. A later folder without it is of a late writer. */
  wasMarked: boolean;
  [MADE_HERE]: true;
}>;

export const MARKER = '.renderdeck-attempt';
const NAME = /^attempt-([a-z0-9][a-z0-9_-]{0,62})$/;

/**
 * Opens the folder of an earlier attempt by its stored path, in a daemon that did not create it.
 * Refuses a folder that was not made for this attempt, with the reason. A missing folder is no
 * error.
 */
export async function reopenScratchFolder(
  root: string,
  path: string,
  attemptId: string,
): Promise<ScratchFolder | { refused: string }> {
  const opened = await openScratchRoot(root);
  if (!NAME.test(`attempt-${attemptId}`))
    return { refused: `${attemptId} is not the id of an attempt` };
  const folder = nameScratchFolder(opened, attemptId);
  const parent = await realpath(dirname(path)).catch(() => null);
  if (basename(path) !== basename(folder.path) || parent !== opened.path)
    return { refused: `${path} is not the folder of attempt ${attemptId}` };
  const refused = await refuseFolder(folder);
  return refused === null
    ? { ...folder, wasMarked: (await readMarker(folder)) === attemptId }
    : { refused };
}

/** The attempt id in a name of the root or of its trash; null when the name has another form. */
export function readAttemptId(name: string): string | null {
  return NAME.exec(name.split('~')[0] ?? '')?.[1] ?? null;
}

/**
 * Why the folder must not be touched; null when it is ours or does not exist. Call it again just
 * before each move or deletion.
 */
export async function refuseFolder(folder: ScratchFolder): Promise<string | null> {
  const found = await lstat(folder.path, { bigint: true }).catch(missingIsNull);
  if (found === null) return null;
  if (found.isSymbolicLink()) return `${folder.path} is a link`;
  if (!found.isDirectory()) return `${folder.path} is not a folder`;
  if (found.dev !== folder.root.device) return `${folder.path} lies on another disk than its root`;
  if ((await realpath(folder.path)) !== folder.path) return `${folder.path} leads out of its root`;
  const marker = await readMarker(folder);
  if (marker !== null)
    return isOurs(marker, folder) ? null : `${folder.path} is marked for attempt ${marker}`;
  // A folder without a marker is ours in two cases: a late writer has created it again, or a daemon
  // died before it wrote the marker (then the folder is empty).
  if (
    folder.wasMarked ||
    (await readdir(folder.path)).length === 0 ||
    (await listTrash(folder)).length > 0
  )
    return null;
  return `${folder.path} has no marker of ours`;
}

/** The folder of an attempt below the root. Only names of this form are joined to the root. */
export function nameScratchFolder(
  root: ScratchRoot,
  attemptId: string,
  { join }: PlatformPath = hostPath,
): ScratchFolder {
  const name = `attempt-${attemptId}`;
  if (!NAME.test(name))
    throw new Error(
      `An attempt id is made of a-z, 0-9, _ and - (at most 63): got ${JSON.stringify(attemptId)}`,
    );
  const path = join(root.path, name);
  return {
    path,
    workPath: join(path, 'work'),
    tempPath: join(path, 'temp'),
    logPath: join(path, 'log'),
    markerPath: join(path, MARKER),
    attemptId,
    root,
    wasMarked: false,
    [MADE_HERE]: true,
  };
}

/** The text of the marker, also of one that is not in its place yet; null when there is none. */
async function readMarker({ markerPath }: ScratchFolder): Promise<string | null> {
  const read = (path: string) => readRegular(path, { mostBytes: 100 }).catch(() => null);
  const marker = (await read(markerPath)) ?? (await read(asideOf(markerPath)));
  return marker?.toString() ?? null;
}

/**
 * Whether this is our marker, or its beginning: a daemon may die, or the disk be full, while it is
 * written.
 */
function isOurs(marker: string, { attemptId }: ScratchFolder): boolean {
  return attemptId.startsWith(marker);
}
