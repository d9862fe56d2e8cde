import { access, constants, lstat, mkdir, open, realpath, statfs, unlink } from 'node:fs/promises';
import { dirname, join, posix, resolve, win32 } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import { refuseRoot } from './refuse-root.ts';

/** The parent folder of all scratch folders, as a path without links, and its device. */
export type ScratchRoot = { path: string; device: bigint };

/**
 * Opens the root, and creates it if it is missing. Throws a sentence for the operator if the path
 * is relative, a whole drive, a link, too long or no folder, or if it leads to such a place.
 */
export async function openScratchRoot(given: string): Promise<ScratchRoot> {
  const refuse = (reason: string) =>
    new Error(
      `The scratch root ${given} ${reason}. Set RENDERDECK_SCRATCH_ROOT to a folder of its own.`,
    );
  const refused = refuseRoot(given, process.platform === 'win32' ? win32 : posix);
  if (refused !== null) throw refuse(refused);
  const plain = resolve(given);
  const make = async (path: string, mode?: number) => {
    await mkdir(path, { recursive: true, mode }).catch((cause) => {
      if (codeOf(cause) !== 'EEXIST') throw refuse(`cannot be made (${codeOf(cause)})`);
    });
  };
  // Only the root is private. Root may make its parents for the worker of another user.
  await make(dirname(plain));
  await make(plain, 0o700);
  const found = await lstat(plain, { bigint: true });
  if (!found.isDirectory()) throw refuse(found.isSymbolicLink() ? 'is a link' : 'is not a folder');
  const real = await realpath(plain).catch((cause) => {
    throw refuse(`cannot be resolved (${codeOf(cause)})`);
  });
  // On Windows, a drive letter may stand for a share.
  const leads = process.platform === 'win32' ? refuseRoot(real, win32) : null;
  if (leads !== null) throw refuse(`leads to ${real}, which ${leads}`);
  return { path: real, device: found.dev };
}

/** The free bytes for our user on the disk of the root. Throws if we cannot write there. */
export async function freeBytes(root: string): Promise<number> {
  const opened = await openScratchRoot(root);
  if (process.platform === 'win32') await writeProbe(opened.path);
  else await access(opened.path, constants.W_OK | constants.X_OK);
  const disk = await statfs(opened.path);
  return disk.bavail * disk.bsize;
}

/** Writes a file, because Windows checks rights only when they are used. */
async function writeProbe(root: string): Promise<void> {
  const probe = join(root, '.probe');
  await (await open(probe, 'w')).close();
  await unlink(probe).catch(() => undefined); // a scanner may have it open
}
