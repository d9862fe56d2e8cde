import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { expect, it } from 'vitest';
import { openHostJournal } from '../../src/index.ts';
import { canMount, runInNamespaces } from '../../testing/in-namespaces.ts';

const folder = folderOfFile('journal');
const ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';

it('the next daemon reads a complete value until the value is removed', async () => {
  const journal = await openHostJournal(folder.path);
  const own = join(folder.path, '.host', 'journal');
  await journal.write(ID, { end: 'lost' }, false);
  await journal.write(ID, { end: 'stopped' }, false);
  expect(await (await openHostJournal(folder.path)).read(ID)).toEqual({ end: 'stopped' });
  expect(await readdir(own)).toEqual([`${ID}.room`]);
  await journal.write(ID, { end: 'completed' }, true);
  const next = await openHostJournal(folder.path);
  expect(await next.list()).toEqual([ID]);
  expect(await next.read(ID)).toEqual({ end: 'completed' });
  expect(await readdir(own)).toEqual([`${ID}.json`]);
  await next.remove(ID);
  await next.remove(ID);
  expect(await next.list()).toEqual([]);
  expect(await next.read(ID)).toBeUndefined();
});

it('damaged files give no value, other files are ignored, and an id is never a path', async () => {
  const journal = await openHostJournal(folder.path);
  await writeFile(join(folder.path, '.host', 'journal', `${ID}.json`), '{"end":');
  await writeFile(join(folder.path, '.host', 'journal', 'notes.json'), '{}');
  expect(await journal.list()).toEqual([ID]);
  expect(await journal.read(ID)).toBeUndefined();
  await expect(journal.write('../host', {}, false)).rejects.toThrow('is not the id of an attempt');
  await journal.remove(ID);
});

it('the last write of an entry counts, also one that is too long for its space', async () => {
  const journal = await openHostJournal(folder.path);
  const long = { text: 'x'.repeat(600_000) };
  await journal.write(ID, { number: 1 }, true);
  await journal.write(ID, { number: 2 }, false);
  expect(await journal.read(ID)).toEqual({ number: 2 });
  await journal.write(ID, long, false);
  expect(await journal.read(ID)).toEqual(long);
  await journal.write(ID, { number: 3 }, false);
  expect(await (await openHostJournal(folder.path)).read(ID)).toEqual({ number: 3 });
  await journal.remove(ID);
});

it('a half whose bytes are damaged does not count', async () => {
  const journal = await openHostJournal(folder.path);
  const path = join(folder.path, '.host', 'journal', `${ID}.room`);
  await journal.write(ID, { number: 1 }, false);
  await journal.write(ID, { number: 2 }, false);
  const bytes = await readFile(path);
  const damage = async (text: string) => {
    bytes.write('x', bytes.indexOf(text));
    await writeFile(path, bytes);
    return await journal.read(ID);
  };
  expect(await damage('{"number":2}')).toEqual({ number: 1 });
  expect(await damage('{"number":1}')).toBeUndefined();
  await journal.write(ID, { number: 3 }, false);
  expect(await journal.read(ID)).toEqual({ number: 3 });
  await journal.remove(ID);
});

it.skipIf(!canMount())(
  'an entry is written on a disk that has no byte left (needs the right to mount)',
  async () => {
    const program = new URL('journal-on-full-disk.ts', import.meta.url);
    const root = join(folder.path, 'small');
    const mount = `mkdir ${root} && mount -t tmpfs -o size=2m tmpfs ${root}`;
    expect(await runInNamespaces(['--mount'], program, [root, ID], mount)).toEqual({
      isFull: true,
      newEntry: 'ENOSPC',
      read: { number: 4 },
      files: [`${ID}.room`],
    });
  },
);
