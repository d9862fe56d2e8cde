/*
 * A person runs a command as root, and it writes in a folder where another user may exchange names:
 *
 * 1. Walk to the folder from the top, through every link. Find the first folder on the way that
 *    does not belong to root: its owner decides which files are below it.
 * 2. Do the work with the rights of that owner. Then the kernel refuses everything that this user
 *    may not do, wherever a name leads.
 * 3. Throw when a folder of root lets others write, because then no user's rights would be safe. In
 *    a sticky folder (1777), others may not exchange an entry, but they may create a missing one.
 */
import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import type { Owner } from './other-owner.ts';

const MOST_LINKS = 40;
const STICKY = 0o1000;
/** The group of administrators on macOS. It may write into /Applications. */
const ADMIN = 80;

/**
 * Does the work as root if only root decides which files are at these paths; else it works as the
 * user who decides. Throws a sentence if several users decide. For a user other than root, and on
 * Windows, it only does the work. The rights of the whole process change meanwhile, so only
 * commands may use it, never the daemon, and the work must load no code.
 */
export async function actAsOwner<Result>(
  paths: readonly string[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (process.getuid?.() !== 0) return await work();
  const owners: Owner[] = [];
  for (const path of paths) owners.push(await findDecider(path));
  const [first = { uid: 0, gid: 0 }] = owners;
  const other = owners.findIndex(({ uid }) => uid !== first.uid);
  if (other !== -1)
    throw new Error(
      `user ${first.uid} may exchange ${paths[0]}, and user ${owners[other]?.uid} may exchange ` +
        `${paths[other]}: give the folders of both to one user`,
    );
  return first.uid === 0 ? await work() : await withRightsOf(first, work);
}

/** Whether `actAsOwner` can work at this path. Always true for a user other than root. */
export async function canActAsOwner(path: string): Promise<boolean> {
  if (process.getuid?.() !== 0) return true;
  return await findDecider(path).then(
    () => true,
    () => false,
  );
}

/** The user who may exchange the entry at the path: the first owner that is not root, or root. */
async function findDecider(path: string): Promise<Owner> {
  const names = path.split('/').filter(Boolean);
  let [at, links, isOpen] = ['/', 0, false];
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const next = join(at, name);
    const found = await lstat(next).catch((cause: unknown) => {
      // The work creates it, in a folder that was checked.
      if (codeOf(cause) === 'ENOENT') return null;
      throw cause;
    });
    if (found === null && isOpen)
      throw new Error(`others than root may make ${next}: take that right from them`);
    if (found === null) break;
    const isNamed = found.isDirectory() || found.isSymbolicLink();
    // The owner of a file may not rename it, except in a sticky folder.
    if (found.uid !== 0 && (isNamed || isOpen)) return { uid: found.uid, gid: found.gid };
    if (!isNamed) break;
    if (found.isSymbolicLink()) {
      links += 1;
      if (links > MOST_LINKS) throw new Error(`${path} leads through too many links`);
      const target = await readlink(next);
      names.unshift(...target.split('/').filter(Boolean));
      if (target.startsWith('/')) [at, isOpen] = ['/', false];
      continue;
    }
    isOpen = mayOthersWrite(found);
    if (isOpen && (found.mode & STICKY) === 0)
      throw new Error(`others than root may write into ${next}: take that right from them`);
    at = next;
  }
  return { uid: 0, gid: 0 };
}

function mayOthersWrite({ mode, gid }: { mode: number; gid: number }): boolean {
  const isAdmins = gid === 0 || (process.platform === 'darwin' && gid === ADMIN);
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !isAdmins);
}

async function withRightsOf<Result>(
  { uid, gid }: Owner,
  work: () => Promise<Result>,
): Promise<Result> {
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([gid]);
  process.setegid?.(gid);
  process.seteuid?.(uid);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}
