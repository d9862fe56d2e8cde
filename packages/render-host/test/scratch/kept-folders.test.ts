import { mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { findLeftovers } from '../../src/scratch/find-leftovers.ts';
import { keepScratchFolder, takeExpired } from '../../src/scratch/kept-folders.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from './a-root.ts';

const HOUR_MS = 3_600_000;
const place = ofEachTest(aRoot);

/** Keeps the folder of an attempt, as if that was so long ago. */
async function keep(id: string, hoursAgo = 0): Promise<string> {
  const folder = await createScratchFolder(place.root, id);
  await writeFile(join(folder.workPath, 'log.txt'), 'why');
  const path = (await keepScratchFolder(folder)) ?? '';
  const older = join(place.root, '.kept', `attempt-${id}~${Date.now() - hoursAgo * HOUR_MS}`);
  await rename(path, older);
  return older;
}

const kept = () => place.list(join(place.root, '.kept'));
const ids = (folders: readonly { readonly attemptId: string }[]) =>
  folders.map(({ attemptId }) => attemptId).sort();

test('a kept folder has its files and is no leftover', async () => {
  const path = await keep('failed');
  expect(await readdir(join(path, 'work'))).toEqual(['log.txt']);
  expect(await place.list(place.root)).toEqual(['.kept']);
  expect(await findLeftovers(place.root, () => true)).toEqual({ folders: [], refused: [] });
  expect(await takeExpired(place.root, { keepMs: HOUR_MS, most: 1 })).toEqual([]);
});

test('kept folders that are too old, and the oldest of too many, are removed', async () => {
  await keep('old', 2);
  await keep('first', 0.5);
  await keep('second', 0.4);
  // The clock of the host was set back since.
  await keep('future', -5);
  const taken = await takeExpired(place.root, { keepMs: HOUR_MS, most: 2 });
  expect(ids(taken)).toEqual(['first', 'old']);
  for (const folder of taken)
    expect(await removeScratchFolder(folder)).toMatchObject({ files: 2, leftovers: [] });
  expect((await kept()).map((name) => name.split('~')[0])).toEqual([
    ...['attempt-future', 'attempt-second'],
  ]);
  expect(ids(await takeExpired(place.root, { keepMs: HOUR_MS, most: 0 }))).toEqual([
    ...['future', 'second'],
  ]);
  expect(await place.list(place.root)).toEqual(['.trash']);
});

test('another attempt with a name that begins alike loses nothing', async () => {
  await keep('7', 2);
  await keep('77');
  const [folder] = await takeExpired(place.root, { keepMs: HOUR_MS, most: 10 });
  if (folder === undefined) throw new Error('nothing expired');
  await removeScratchFolder(folder);
  expect((await kept()).map((name) => name.split('~')[0])).toEqual(['attempt-77']);
});

test('nothing is kept through a link, and nothing of others is touched', async () => {
  const folder = await createScratchFolder(place.root, 'failed');
  await mkdir(place.outside);
  await symlink(place.outside, join(place.root, '.kept'));
  await mkdir(join(place.outside, 'attempt-x~1'));
  expect(await keepScratchFolder(folder)).toBe(null);
  expect(await takeExpired(place.root, { keepMs: 0, most: 0 })).toEqual([]);
  expect(await place.list(place.outside)).toEqual(['attempt-x~1']);
  expect(await place.list(place.root)).toContain('attempt-failed');
});

test('a folder that is not ours, and names of another form, stay', async () => {
  const folder = await createScratchFolder(place.root, 'failed');
  await rename(folder.path, join(place.root, 'elsewhere'));
  expect(await keepScratchFolder(folder)).toBe(null);
  await keep('failed');
  for (const name of ['notes', 'attempt-failed', 'attempt-failed~yesterday'])
    await mkdir(join(place.root, '.kept', name));
  expect(await takeExpired(place.root, { keepMs: 0, most: 0 })).toHaveLength(1);
  expect(await kept()).toEqual(['attempt-failed', 'attempt-failed~yesterday', 'notes']);
});
