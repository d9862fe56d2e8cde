import { access, constants, lstat, mkdir, realpath, statfs } from 'node:fs/promises';
import { isAbsolute, parse, resolve } from 'node:path';
import { codeOf } from './error-code.ts';

/** The parent folder of all scratch folders, with every link resolved, and its device. */
export type ScratchRoot = { path: string; device: bigint };

/** After Effects and Windows allow no long paths, and nexrender makes ours longer. */
const LONGEST_ROOT = 100;

/**
 * Makes the root if it is missing. Throws a sentence for the operator if the path is relative, a
 * whole drive, a link, too long or not a folder.
 */
export async function openScratchRoot(path: string): Promise<ScratchRoot> {
  const refuse = (reason: string) =>
    new Error(
      `The scratch root ${path} ${reason}. Set RENDERDECK_SCRATCH_ROOT to a folder of its own.`,
    );
  if (!isAbsolute(path)) throw refuse('is not an absolute path');
  const plain = resolve(path);
  if (plain === parse(plain).root || plain.startsWith('\\\\'))
    throw refuse('is a whole drive or a network share');
  if (plain.length > LONGEST_ROOT) throw refuse(`is longer than ${LONGEST_ROOT} characters`);
  await mkdir(plain, { recursive: true, mode: 0o700 }).catch((cause) => {
    if (codeOf(cause) !== 'EEXIST') throw refuse(`cannot be made (${codeOf(cause)})`);
  });
  const found = await lstat(plain, { bigint: true });
  if (!found.isDirectory()) throw refuse(found.isSymbolicLink() ? 'is a link' : 'is not a folder');
  return { path: await realpath(plain), device: found.dev };
}

/** The free bytes for our user on the disk of the scratch root. Throws if we cannot write there. */
export async function freeBytes(root: string): Promise<number> {
  const { path } = await openScratchRoot(root);
  await access(path, constants.W_OK | constants.X_OK);
  const disk = await statfs(path);
  return disk.bavail * disk.bsize;
}
