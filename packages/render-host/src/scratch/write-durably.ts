import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes a file of this host: aside, synced, renamed, and its folder synced. After a power cut the
 * file is whole, as it was before or as it is now.
 */
export async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const aside = join(folder, `${name}.new`);
  await syncAfter(aside, 'w', (file) => file.writeFile(`${text}\n`));
  await rename(aside, join(folder, name));
  await syncAfter(folder, 'r', async () => undefined);
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
