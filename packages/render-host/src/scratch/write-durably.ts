import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { missingIsNull } from '../paths/error-code.mjs';
import { NotRegular, openRegular } from '../paths/open-regular.mjs';
import { untilReleased } from '../paths/until-released.mjs';
import { type Owner, withOpenFolder } from './other-owner.ts';

/**
 * Writes a file of this host: aside, synced, renamed, and its folder synced. After a power cut the
 * file is whole, as it was before or as it is now. Windows cannot sync a folder: there the file may
 * be as it was before although this has resolved.
 *
 * `owner`: who owns the folder, where we are root and it is not ours. The file belongs to it then,
 * and what it exchanges in its folders leads nowhere else.
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
  // Root makes a new file in a folder of somebody else, so it follows no link.
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
