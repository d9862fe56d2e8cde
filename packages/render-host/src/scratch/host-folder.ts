import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../paths/error-code.mjs';
import { leadsElsewhere } from '../paths/leads-elsewhere.mjs';
import { findOtherOwner, giveNewFolder } from './other-owner.ts';
import { openScratchRoot } from './scratch-root.ts';

/**
 * The folder of the host's own files, `.host` in the scratch root, which no sweep removes. Makes it
 * for the owner of the root if it is missing. Throws a sentence for the operator if it is a link or
 * no folder.
 */
export async function openHostFolder(root: string): Promise<string> {
  const opened = await openScratchRoot(root);
  const path = join(opened.path, '.host');
  const isNew = await mkdir(path, { mode: 0o700 }).then(
    () => true,
    (cause) => {
      if (codeOf(cause) === 'EEXIST') return false;
      throw refuse(path, `cannot be made (${codeOf(cause)})`);
    },
  );
  const owner = isNew ? await findOtherOwner(opened.path) : null;
  if (owner !== null) await giveNewFolder(path, owner);
  const found = await lstat(path);
  if (!found.isDirectory())
    throw refuse(path, found.isSymbolicLink() ? 'is a link' : 'is not a folder');
  if (await leadsElsewhere(path)) throw refuse(path, 'leads to another folder');
  return path;
}

function refuse(path: string, reason: string): Error {
  return new Error(`The folder of this host, ${path}, ${reason}. Remove what is in its place.`);
}
