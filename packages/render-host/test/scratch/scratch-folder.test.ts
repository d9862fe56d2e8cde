import { mkdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { reopenScratchFolder } from '../../src/scratch/scratch-folder.ts';
import { freeBytes, openScratchRoot } from '../../src/scratch/scratch-root.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from './a-root.ts';

const place = ofEachTest(aRoot);

test('only our user can read a scratch folder and its parts', async () => {
  const folder = await createScratchFolder(place.root, 'a1');
  for (const path of [place.root, folder.path, folder.workPath, folder.tempPath, folder.logPath])
    expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test.skipIf(process.platform === 'win32')(
  'a root that is made is private, and its parents are not, so another user reaches it',
  async () => {
    const parent = join(place.base, 'of', 'host');
    await openScratchRoot(join(parent, 'root'));
    expect((await stat(join(parent, 'root'))).mode & 0o777).toBe(0o700);
    for (const path of [join(place.base, 'of'), parent])
      expect((await stat(path)).mode & 0o111).toBe(0o111);
  },
);

test('an attempt gets only one folder', async () => {
  await createScratchFolder(place.root, 'a1');
  await expect(createScratchFolder(place.root, 'a1')).rejects.toThrow('EEXIST');
});

test.each([
  '..',
  '../a',
  'a/b',
  'a\\b',
  'C:evil',
  'a:b',
  '.',
  '',
  'A',
  'a b',
  'a.',
  `a\0`,
  'a'.repeat(64),
  '~',
  'ä',
])('the attempt id %j never becomes a folder', async (id) => {
  await expect(createScratchFolder(place.root, id)).rejects.toThrow('An attempt id is made of');
  expect(
    await reopenScratchFolder(place.root, join(place.root, `attempt-${id}`), id),
  ).toHaveProperty('refused');
  expect(await place.rest()).toEqual([]);
});

test('a root that cannot be used is refused, and the error names the variable', async () => {
  await symlink('/tmp', join(place.base, 'link'));
  await writeFile(join(place.base, 'file'), '');
  for (const [path, why] of [
    [place.base.slice(1), 'is not an absolute path'],
    ['/', 'is a whole drive or a network share'],
    [join(place.base, 'link'), 'is a link'],
    [join(place.base, 'file'), 'is not a folder'],
    [join(place.base, 'file', 'root'), 'cannot be made (ENOTDIR)'],
    [`/tmp/${'a'.repeat(100)}`, 'is longer than 100 characters'],
  ] as const)
    await expect(openScratchRoot(path)).rejects.toThrow(`${why}. Set RENDERDECK_SCRATCH_ROOT`);
});

test('a root below a linked folder gets its real path', async () => {
  await mkdir(join(place.base, 'real'));
  await symlink(join(place.base, 'real'), join(place.base, 'link'));
  expect((await openScratchRoot(join(place.base, 'link', 'root'))).path).toBe(
    join(place.base, 'real', 'root'),
  );
});

test('a stored folder is opened again by path and attempt, even if it is missing', async () => {
  const folder = await createScratchFolder(place.root, 'a1');
  expect(await reopenScratchFolder(place.root, folder.path, 'a1')).toEqual(folder);
  await rm(folder.path, { recursive: true });
  expect(await reopenScratchFolder(place.root, folder.path, 'a1')).toEqual({
    ...folder,
    wasMarked: false,
  });
});

test('a folder of another attempt is refused with the reason', async () => {
  const a1 = await createScratchFolder(place.root, 'a1');
  const refusal = async (path: string, id: string) =>
    expect(await reopenScratchFolder(place.root, path, id)).toHaveProperty(
      'refused',
      expect.any(String),
    );
  await refusal(a1.path, 'a2');
  await refusal(place.root, 'a1');
  await refusal(join(a1.path, '..'), 'a1');
  await refusal(join(place.base, 'attempt-a1'), 'a1');
  await rename(a1.path, join(place.root, 'attempt-a2'));
  await refusal(join(place.root, 'attempt-a2'), 'a2');
  await mkdir(join(place.root, 'attempt-a3', 'work'), { recursive: true });
  await refusal(join(place.root, 'attempt-a3'), 'a3');
  await symlink(join(place.root, 'attempt-a2'), join(place.root, 'attempt-a1'));
  await refusal(join(place.root, 'attempt-a1'), 'a1');
});

test('an empty folder is ours, because a daemon may die before it writes the marker', async () => {
  await openScratchRoot(place.root);
  await mkdir(join(place.root, 'attempt-a1'));
  expect(
    await reopenScratchFolder(place.root, join(place.root, 'attempt-a1'), 'a1'),
  ).not.toHaveProperty('refused');
});

test('the disk of the root has a positive number of free bytes', async () => {
  expect(await freeBytes(place.root)).toBeGreaterThan(0);
});
