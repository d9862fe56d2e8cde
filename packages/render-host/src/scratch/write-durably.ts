import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { untilReleased } from '../nexrender/until-released.mjs';
import { missingIsNull } from './error-code.mjs';
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
  // "wx" makes a new file, so it follows no link.
  if (owner !== null) await unlink(aside).catch(missingIsNull);
  await syncAfter(aside, owner === null ? 'w' : 'wx', async (file) => {
    await file.writeFile(`${text}\n`);
    if (owner !== null) await file.chown(owner.uid, owner.gid);
  });
  await untilReleased(() => rename(aside, join(folder, name)));
  if (process.platform !== 'win32') await syncAfter(folder, 'r', async () => undefined);
}

async function syncAfter(
  path: string,
  flags: 'r' | 'w' | 'wx',
  work: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
