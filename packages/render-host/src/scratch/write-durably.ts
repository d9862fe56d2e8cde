import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { untilReleased } from '../nexrender/until-released.mjs';

/**
 * Writes a file of this host: aside, synced, renamed, and its folder synced. After a power cut the
 * file is whole, as it was before or as it is now. Windows cannot sync a folder: there the file may
 * be as it was before although this has resolved.
 */
export async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const aside = join(folder, `${name}.new`);
  await syncAfter(aside, 'w', (file) => file.writeFile(`${text}\n`));
  await untilReleased(() => rename(aside, join(folder, name)));
  if (process.platform !== 'win32') await syncAfter(folder, 'r', async () => undefined);
}

async function syncAfter(
  path: string,
  flags: 'r' | 'w',
  work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}
