import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { NotRegular, openRegular } from '../paths/open-regular.mjs';
import { untilReleased } from '../paths/until-released.mjs';
import { type Owner, withOpenFolder } from './other-owner.ts';

/**
 * Writes a file of this host: to another name first, then it syncs the file, renames it and syncs
 * its folder. After a power cut the file is complete, with its old or its new content. When it
 * throws, the old content may stay. Windows cannot sync a folder: there, the old content may come
 * back after this has resolved.
 *
 * `owner`: the owner of the folder, if this process is root and the folder belongs to another user.
 * Then the file belongs to that owner, and names that the owner exchanges lead to no other place.
 */
export async function writeDurably(
  folder: string,
  name: string,
  text: string,
  owner: Owner | null = null,
): Promise<void> {
  const bytes = Buffer.from(`${text}\n`);
  if (owner === null) await write(folder, name, bytes, null);
  else await withOpenFolder(folder, [owner.uid], (base) => write(base, name, bytes, owner));
}

/** Does the same with bytes, which it writes as they are. */
export function writeBytesDurably(folder: string, name: string, bytes: Buffer): Promise<void> {
  return write(folder, name, bytes, null);
}

/** The name under which `writeDurably` writes a file before it renames it. */
export const asideOf = (path: string): string => `${path}.new`;

async function write(
  folder: string,
  name: string,
  bytes: Buffer,
  owner: Owner | null,
): Promise<void> {
  const aside = asideOf(join(folder, name));
  // Root creates a new file in a folder of another user, so it follows no link there.
  if (owner !== null) await unlink(aside).catch(missingIsNull);
  const file = await openAside(aside, owner).catch(async (cause) => {
    if (!(cause instanceof NotRegular)) throw cause;
    await unlink(aside);
    return await openAside(aside, owner);
  });
  try {
    await syncAfter(file, async () => {
      await file.writeFile(bytes);
      if (owner !== null) await file.chown(owner.uid, owner.gid);
    });
    await untilReleased(() => rename(aside, join(folder, name)));
  } catch (cause) {
    // On a full disk, the beginning of a file would keep its space.
    await unlink(aside).catch(() => undefined);
    throw cause;
  }
  if (process.platform !== 'win32')
    await syncAfter(await open(folder, constants.O_RDONLY | constants.O_DIRECTORY));
}

function openAside(path: string, owner: Owner | null): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_EXCL } = constants;
  const flags = O_WRONLY | O_CREAT | (owner === null ? O_TRUNC : O_EXCL);
  return openRegular(path, { flags, mode: 0o600 });
}

async function syncAfter(
  file: FileHandle,
  work: () => Promise<void> = async () => undefined,
): Promise<void> {
  try {
    await work();
    await file.sync();
  } finally {
    await file.close();
  }
}
