import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing';
import { afterAll, expect, it } from 'vitest';
import { openHostJournal } from '../../src/index.ts';

const folder = await temporaryFolder('journal');
afterAll(() => folder.remove());
const ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';

it('the next daemon reads a complete value until the value is removed', async () => {
  const journal = await openHostJournal(folder.path);
  await journal.write(ID, { end: 'stopped' });
  await journal.write(ID, { end: 'completed' });
  const next = await openHostJournal(folder.path);
  expect(await next.list()).toEqual([ID]);
  expect(await next.read(ID)).toEqual({ end: 'completed' });
  expect(await readdir(join(folder.path, '.host', 'journal'))).toEqual([`${ID}.json`]);
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
  await expect(journal.write('../host', {})).rejects.toThrow('is not the id of an attempt');
  await journal.remove(ID);
});
