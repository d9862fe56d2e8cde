import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { leadsElsewhere } from '../paths/leads-elsewhere.mjs';
import type { ScratchRoot } from './scratch-root.ts';

/** A folder of a root. Its name begins the names of its trash entries: `attempt-7~0a1b2c3d`. */
type Placed = { path: string; root: ScratchRoot };

/** The folders of ours in a root. Nothing else in a root begins with a dot. */
const TRASH = '.trash';
export const KEPT = '.kept';
export const CACHE = '.cache';
export const PROGRAM = '.program';
type OurFolder = typeof TRASH | typeof KEPT | typeof CACHE | typeof PROGRAM;

/** The names in the trash of a root; none when the trash does not exist or is not our folder. */
export async function readTrash(root: ScratchRoot): Promise<string[]> {
  return (await isOurFolder(root, TRASH)) ? readdir(join(root.path, TRASH)) : [];
}

/** The paths of the entries of this folder in the trash. */
export async function listTrash(folder: Placed): Promise<string[]> {
  const names = await readTrash(folder.root);
  return names
    .filter((name) => name.startsWith(`${basename(folder.path)}~`))
    .map((name) => join(folder.root.path, TRASH, name));
}

/** Renames the folder into the trash, so that its name is free. False if the system refuses. */
export async function moveToTrash(folder: Placed): Promise<boolean> {
  if (!(await makeOurFolder(folder.root, TRASH))) return false;
  return rename(folder.path, nameTrash(folder)).then(
    () => true,
    () => false,
  );
}

/** Leaves an empty entry: it shows later that we moved our folder and a new one took its path. */
export async function rememberInTrash(folder: Placed): Promise<void> {
  if ((await isOurFolder(folder.root, TRASH)) && (await listTrash(folder)).length === 0)
    await mkdir(nameTrash(folder), { mode: 0o700 });
}

/** Makes one of our folders. False if something else has its name. */
export async function makeOurFolder(root: ScratchRoot, name: OurFolder): Promise<boolean> {
  await mkdir(join(root.path, name), { mode: 0o700 }).catch(() => {});
  return await isOurFolder(root, name);
}

/** Whether the name is a folder of this root, and no link, mount or other disk. */
export async function isOurFolder(root: ScratchRoot, name: OurFolder): Promise<boolean> {
  const path = join(root.path, name);
  const found = await lstat(path, { bigint: true }).catch(() => null);
  const isFolder = found?.isDirectory() === true && found.dev === root.device;
  return isFolder && !(await leadsElsewhere(path));
}

/** `attempt-7~TIME` of the kept folders keeps only its first part. */
function nameTrash(folder: Placed): string {
  const [name = ''] = basename(folder.path).split('~');
  return join(folder.root.path, TRASH, `${name}~${randomBytes(4).toString('hex')}`);
}
