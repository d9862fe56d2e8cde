import { access, constants, lstat, mkdir, realpath, statfs } from 'node:fs/promises';
import { isAbsolute, parse, resolve } from 'node:path';
import { codeOf } from './error-code.ts';

/** The one folder scratch folders are made in, with every link resolved, and the device it lies on. */
export type ScratchRoot = { path: string; device: bigint };

const LONGEST_ROOT = 100; // After Effects and Windows take no long paths, and nexrender adds to ours

/** Makes the root if it is missing. Throws a sentence for the operator if it cannot serve: relative, a drive, a link, too long, not a folder. */
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

/** Bytes that are free for us on the disk of the scratch root. Throws where nothing can be made there. */
export async function freeBytes(root: string): Promise<number> {
  const { path } = await openScratchRoot(root);
  await access(path, constants.W_OK | constants.X_OK);
  const disk = await statfs(path);
  return disk.bavail * disk.bsize;
}
