import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { NotRegular, openRegular } from '../paths/open-regular.mjs';
import { untilReleased } from '../paths/until-released.mjs';
import { type Owner, withOpenFolder } from './other-owner.ts';

/**
 * Writes a file of this host: to another name first, then it syncs the file, renames it and syncs
 * its folder. After a power cut the file is complete, with its old or its new content. Windows
 * cannot sync a folder: there, the old content may come back after this has resolved.
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
  if (owner === null) await write(folder, name, text, null);
  else await withOpenFolder(folder, [owner.uid], (base) => write(base, name, text, owner));
}

async function write(
  folder: string,
  name: string,
  text: string,
  owner: Owner | null,
): Promise<void> {
  const aside = join(folder, `${name}.new`);
  // Root creates a new file in a folder of another user, so it follows no link there.
  if (owner !== null) await unlink(aside).catch(missingIsNull);
  const file = await openAside(aside, owner).catch(async (cause) => {
    if (!(cause instanceof NotRegular)) throw cause;
    await unlink(aside);
    return await openAside(aside, owner);
  });
  await syncAfter(file, async () => {
    await file.writeFile(`${text}\n`);
    if (owner !== null) await file.chown(owner.uid, owner.gid);
  });
  await untilReleased(() => rename(aside, join(folder, name)));
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
