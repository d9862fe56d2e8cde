/* The host's cache on a real disk. The renders are in test/transfers/cache.long.test.ts. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { removeCache } from '../../src/scratch/cache-folder.ts';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import type { ScratchFolder } from '../../src/scratch/scratch-folder.ts';
import { type CacheLimits, SourceCache } from '../../src/scratch/source-cache.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from './a-root.ts';
import { isThere, makeTheirs, otherUser, whyLeftOut, writeTheirs } from './a-shared-place.ts';

const NOTE_BYTES = 4096;
const VERSION = { version: '"v1"', contentType: null };
const addressOf = (name: string) => createHash('sha256').update(name).digest('hex');
const place = ofEachTest(aRoot);
let problems: string[];
beforeEach(() => {
  problems = [];
});

const open = (limits: Partial<CacheLimits> = {}) =>
  SourceCache.open(place.root, { mostBytes: 1e9, minFreeBytes: 0, ...limits }, (sentence) =>
    problems.push(sentence),
  );
const files = async () => await place.list(join(place.root, '.cache'));
async function anAttempt(id: string): Promise<ScratchFolder> {
  const scratch = await createScratchFolder(place.root, id);
  await mkdir(join(scratch.workPath, id));
  return scratch;
}
/** A render downloads a file of so many bytes and offers it. */
async function keep(cache: SourceCache, scratch: ScratchFolder, name: string, bytes = 1000) {
  await writeFile(join(scratch.workPath, scratch.attemptId, name), Buffer.alloc(bytes, name));
  return await cache.keep(addressOf(name), VERSION, { scratch, user: null }, name);
}
const give = (cache: SourceCache, scratch: ScratchFolder, name: string) =>
  cache.give(addressOf(name), VERSION.version, { scratch, user: null }, name);

test('what was used longest ago goes before the bound is passed, also after a start', async () => {
  const mostBytes = 3 * (1000 + NOTE_BYTES);
  const [one, other] = [await anAttempt('1'), await anAttempt('2')];
  const left = (cache: SourceCache) =>
    ['a', 'b', 'c', 'd', 'e'].filter((name) => cache.find(addressOf(name)) !== null).join('');
  const first = await open({ mostBytes });
  for (const name of ['a', 'b', 'c']) expect(await keep(first, one, name)).toBe(true);
  await first.saved();
  expect(await give(first, other, 'a')).toBe(1000);
  expect(await keep(first, one, 'd')).toBe(true);
  await first.saved();
  expect(left(first)).toBe('acd');
  const second = await open({ mostBytes });
  expect(await keep(second, one, 'e', 1001)).toBe(true);
  await second.saved();
  // With one byte more, there is no place for a third one.
  expect(left(second)).toBe('de');
  expect(await files()).toHaveLength(4);
  expect(await keep(second, one, 'too large', mostBytes)).toBe(false);
  expect(left(second)).toBe('de');
  expect(left(await open({ mostBytes: 1001 + NOTE_BYTES }))).toBe('e');
  expect(await files()).toHaveLength(2);
});

test('a removed scratch folder says how many bytes it has freed', async () => {
  const scratch = await anAttempt('1');
  const cache = await open();
  await keep(cache, scratch, 'kept');
  await writeFile(join(scratch.workPath, 'own'), Buffer.alloc(50));
  const marker = 1;
  expect(await removeScratchFolder(scratch)).toMatchObject({ files: 2 + 1, bytes: 50 + marker });
  expect(await give(cache, await anAttempt('2'), 'kept')).toBe(1000);
});

test('a low disk gets the files that no render uses, and nothing is kept then', async () => {
  const [one, other] = [await anAttempt('1'), await anAttempt('2')];
  const filled = await open();
  await keep(filled, one, 'unused');
  await keep(filled, other, 'used');
  await filled.saved();
  await removeScratchFolder(one);
  const cache = await open({ minFreeBytes: Number.MAX_SAFE_INTEGER });
  expect(await keep(cache, other, 'new')).toBe(false);
  await cache.giveWay();
  expect([cache.find(addressOf('unused')), cache.find(addressOf('used'))]).toEqual([null, VERSION]);
});

test('only a regular file of the job with one name is kept', async () => {
  const scratch = await anAttempt('1');
  const cache = await open();
  const job = join(scratch.workPath, '1');
  await writeFile(place.outside, 'secret');
  await symlink(place.outside, join(job, 'link'));
  await mkdir(join(job, 'folder'));
  await keep(cache, scratch, 'kept');
  const folder = { scratch, user: null };
  for (const name of ['link', 'folder', 'kept', '../1/kept', '..', 'missing'])
    expect(await cache.keep(addressOf(name), VERSION, folder, name)).toBe(false);
  await rename(job, join(scratch.workPath, 'aside'));
  await mkdir(join(place.base, 'elsewhere'));
  await writeFile(join(place.base, 'elsewhere', 'plain'), 'secret');
  await symlink(join(place.base, 'elsewhere'), job);
  expect(await cache.keep(addressOf('plain'), VERSION, folder, 'plain')).toBe(false);
  expect(await give(cache, scratch, 'kept')).toBe(null);
  expect((await stat(place.outside)).mode & 0o777).not.toBe(0o444);
});

test('a cache that cannot be used says why, and one that is off is removed', async () => {
  const cache = await open();
  await keep(cache, await anAttempt('1'), 'kept');
  await cache.saved();
  await removeCache(place.root);
  expect(await place.list(place.root)).toEqual(['attempt-1']);
  const path = join(place.root, '.cache');
  await mkdir(place.outside);
  await symlink(place.outside, path);
  await expect(open()).rejects.toThrow(`The cache ${path} is a link: remove it.`);
  await removeCache(place.root);
  expect((await lstat(path)).isSymbolicLink()).toBe(true);
  await rename(path, join(place.base, 'aside'));
  await writeFile(path, '');
  await expect(open()).rejects.toThrow(/is not a folder: remove it\. Renders go on without/);
});

describe.skipIf(!isThere)(`renders as another user${whyLeftOut}`, () => {
  test("a kept file of that user becomes the worker's", async () => {
    const scratch = await anAttempt('1');
    const theirs = await makeTheirs(join(place.base, 'work'));
    const job = await makeTheirs(join(theirs, '1'));
    const folder = { scratch: { ...scratch, workPath: theirs }, user: otherUser };
    const cache = await open();
    await writeTheirs(join(job, 'film'), 'a film');
    await writeFile(join(job, 'of root'), 'secret', { mode: 0o600 });
    expect(await cache.keep(addressOf('film'), VERSION, folder, 'film')).toBe(true);
    expect(await cache.keep(addressOf('of root'), VERSION, folder, 'of root')).toBe(false);
    for (const path of [join(job, 'film'), join(place.root, '.cache', `${addressOf('film')}.a`)])
      expect(await lstat(path)).toMatchObject({ uid: 0, mode: 0o100444 });
    expect(await cache.give(addressOf('film'), '"v1"', folder, 'again')).toBe(6);
    expect(await readFile(join(job, 'again'), 'utf8')).toBe('a film');
    expect((await lstat(join(job, 'of root'))).mode & 0o777).toBe(0o600);
  });
});
