/* A program for host-journal.test.ts: fills the disk of a journal, then writes into the journal. */
import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openHostJournal } from '../../src/index.ts';
import { codeOf } from '../../src/paths/error-code.mjs';

const [, , root = '', id = ''] = process.argv;
const journal = await openHostJournal(root);
await journal.write(id, { number: 1 }, false);

/** Adds to a file until the disk is full, and returns whether it is. */
async function fill(): Promise<boolean> {
  for (const bytes of [64 * 1024, 4096, 1])
    for (let isWritten = true; isWritten; )
      isWritten = await appendFile(join(root, 'other'), Buffer.alloc(bytes, 1)).then(
        () => true,
        () => false,
      );
  return await appendFile(join(root, 'other'), 'x').then(
    () => false,
    (cause: unknown) => codeOf(cause) === 'ENOSPC',
  );
}
const isFull = await fill();
const newEntry = await journal
  .write(id.replace(/^./, '0'), {}, false)
  .then(() => 'written', codeOf);
for (const number of [2, 3]) await journal.write(id, { number }, false);
await journal.write(id, { number: 4 }, true);
const files = await readdir(join(root, '.host', 'journal'));
const read = await (await openHostJournal(root)).read(id);
process.stdout.write(JSON.stringify({ isFull, newEntry, read, files }));
