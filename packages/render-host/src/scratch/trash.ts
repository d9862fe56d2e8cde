import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { leadsElsewhere } from '../paths/leads-elsewhere.mjs';
import type { ScratchRoot } from './scratch-root.ts';

/** A folder of a root. Its name begins the names of its trash entries: `attempt-7~0a1b2c3d`. */
type Placed = { path: string; root: ScratchRoot };

/** The names in the trash of a root; none when the trash does not exist or is not our folder. */
export async function readTrash(root: ScratchRoot): Promise<string[]> {
  return (await isOurs(root)) ? readdir(trashOf(root)) : [];
}

/** The paths of the entries of this folder in the trash. */
export async function listTrash(folder: Placed): Promise<string[]> {
  const names = await readTrash(folder.root);
  return names
    .filter((name) => name.startsWith(`${basename(folder.path)}~`))
    .map((name) => join(trashOf(folder.root), name));
}

/** Renames the folder into the trash, so that its name is free. False if the system refuses. */
export async function moveToTrash(folder: Placed): Promise<boolean> {
  await mkdir(trashOf(folder.root), { mode: 0o700 }).catch(() => {});
  if (!(await isOurs(folder.root))) return false;
  return rename(folder.path, nameTrash(folder)).then(
    () => true,
    () => false,
  );
}

/** Leaves an empty entry: it shows later that we moved our folder and a new one took its path. */
export async function rememberInTrash(folder: Placed): Promise<void> {
  if ((await isOurs(folder.root)) && (await listTrash(folder)).length === 0)
    await mkdir(nameTrash(folder), { mode: 0o700 });
}

async function isOurs(root: ScratchRoot): Promise<boolean> {
  const found = await lstat(trashOf(root), { bigint: true }).catch(() => null);
  const isFolder = found?.isDirectory() === true && found.dev === root.device;
  return isFolder && !(await leadsElsewhere(trashOf(root)));
}

function nameTrash(folder: Placed): string {
  return join(trashOf(folder.root), `${basename(folder.path)}~${randomBytes(4).toString('hex')}`);
}

function trashOf(root: ScratchRoot): string {
  return join(root.path, '.trash');
}
