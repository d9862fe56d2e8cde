import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, noFileIsNull } from '../paths/error-code.mjs';
import { leadsElsewhere } from '../paths/leads-elsewhere.mjs';
import { readRegular } from '../paths/open-regular.mjs';
import { findOtherOwner, giveNewFolder } from './other-owner.ts';
import { openScratchRoot } from './scratch-root.ts';
import { writeDurably } from './write-durably.ts';

/**
 * Opens the folder of the host's own files, `.host` in the scratch root, which no sweep removes.
 * Creates it for the owner of the root if it is missing. Throws a sentence for the operator when it
 * is a link or no folder.
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

/** One JSON value of this host, in its own file in the host's folder. */
export type HostFile = {
  /** The stored value; undefined when the file is missing, damaged or no regular file. */
  read(): Promise<unknown>;
  /** Stores a value. When this resolves, the value is on the disk. */
  write(value: unknown): Promise<void>;
};

export async function openHostFile(root: string, name: string): Promise<HostFile> {
  const folder = await openHostFolder(root);
  const owner = await findOtherOwner(dirname(folder));
  return {
    async read() {
      const bytes = await readRegular(join(folder, name)).catch(noFileIsNull);
      try {
        return bytes === null ? undefined : JSON.parse(bytes.toString());
      } catch {
        return undefined;
      }
    },
    async write(value) {
      await writeDurably(folder, name, JSON.stringify(value), owner);
    },
  };
}
