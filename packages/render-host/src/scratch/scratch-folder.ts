import { chmod, chown, lstat, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import hostPath, { basename, dirname, type PlatformPath } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { openScratchRoot, type ScratchRoot } from './scratch-root.ts';
import { listTrash } from './trash.ts';

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

const MARKER = '.renderdeck-attempt';
const NAME = /^attempt-([a-z0-9][a-z0-9_-]{0,62})$/;

/** The user that renders in a scratch folder, and the group that only that user's tree has. */
export type ScratchOwner = { readonly uid: number; readonly gid: number };

/**
 * Creates the folder of an attempt. Only our user can read it, or only the tree of `owner`: then
 * the folder belongs to us, and the files in it to the owner. Calls `record` with the path before
 * it creates anything. Throws if the folder exists: an attempt gets only one folder.
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
  await writeFile(folder.markerPath, attemptId, { flag: 'wx', mode: 0o600 });
  for (const path of [folder.workPath, folder.tempPath, folder.logPath]) {
    await mkdir(path, { mode: 0o700 });
    if (owner !== null) await chown(path, owner.uid, owner.gid);
  }
  if (owner === null) return folder;
  await chown(folder.path, process.getuid?.() ?? 0, owner.gid);
  await chmod(folder.path, 0o750);
  return folder;
}

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
  if (marker === folder.attemptId) return null;
  if (marker !== null) return `${folder.path} is marked for attempt ${marker}`;
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

async function readMarker({ markerPath }: ScratchFolder): Promise<string | null> {
  const marker = await readRegular(markerPath, { mostBytes: 100 }).catch(() => null);
  return marker?.toString() ?? null;
}
