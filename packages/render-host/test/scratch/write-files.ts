/* A program for cut-off-writes.test.ts: writes the files of a host, and prints what is done. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishFile } from '../../src/nexrender/publish-file.mjs';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { openHostJournal } from '../../src/scratch/host-journal.ts';
import { reopenScratchFolder } from '../../src/scratch/scratch-folder.ts';
import { SourceCache } from '../../src/scratch/source-cache.ts';

const ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';
const [, , what, root = ''] = process.argv;
const print = (line: string) => writeFileSync(1, `${line}\n`);

async function write(): Promise<void> {
  if (what === 'scratch') {
    await createScratchFolder(root, ID);
    return print('made');
  }
  if (what === 'journal') {
    const journal = await openHostJournal(root);
    for (const [number, isLast] of [
      [1, false],
      [2, false],
      [3, true],
      [4, true],
    ] as const)
      await journal.write(ID, { number }, isLast).then(() => print(String(number)));
    return;
  }
  if (what === 'cache') {
    const scratch = await reopenScratchFolder(root, join(root, `attempt-${ID}`), ID);
    if ('refused' in scratch) throw new Error(scratch.refused);
    const cache = await SourceCache.open(root, { mostBytes: 1e9, minFreeBytes: 0 }, print);
    const version = { version: '"v1"', contentType: null };
    await cache.keep('a'.repeat(64), version, { scratch, user: null }, 'film');
    await cache.saved();
    return print('kept');
  }
  const publication = { attemptId: ID, warning: null, isLast: true };
  await publishFile(join(root, 'source.avi'), join(root, 'out', 'film.avi'), publication);
  print('published');
}

await write().catch((error: unknown) => print(`failed: ${String(error)}`));
if (process.connected) process.disconnect();
