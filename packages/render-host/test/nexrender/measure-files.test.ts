import { link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { findSilentSources, measureFiles } from '../../src/nexrender/measure-files.ts';
import { Looks } from '../../src/process/looks.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from '../scratch/a-root.ts';

const place = ofEachTest(aRoot);
let folders: { workPath: string; tempPath: string };
beforeEach(async () => {
  folders = { workPath: join(place.base, 'work'), tempPath: join(place.base, 'temp') };
  for (const path of Object.values(folders)) await mkdir(path);
});
const looks = new Looks(null);
afterAll(() => looks.end());

const measure = () => measureFiles(looks, folders, (text) => text.replaceAll('secret', '•••'));

async function writeAt(path: string, bytes: number, second: number): Promise<void> {
  await writeFile(path, Buffer.alloc(bytes));
  await utimes(path, second, second);
}

test('the output and all files are summed, and the last written file is named', async () => {
  expect(await measure()).toEqual({
    output: { amount: 0, text: 'no file' },
    files: { amount: 0, text: 'no file' },
  });
  await mkdir(join(folders.workPath, 'job'));
  await writeAt(join(folders.workPath, 'job', 'result_00001.png'), 1500, 10);
  await writeAt(join(folders.workPath, 'job', 'a.mov'), 2000, 5);
  await writeAt(join(folders.tempPath, 'of-secret'), 10, 20);
  expect(await measure()).toEqual({
    output: { amount: 1501, text: '1.5 kB of result_00001.png' },
    files: { amount: 3513, text: '10 bytes of of-•••' },
  });
});

test('a file that the cache has too does not count: a removal would not free it', async () => {
  await writeAt(join(place.base, 'cached'), 5000, 1);
  await link(join(place.base, 'cached'), join(folders.workPath, 'film.mov'));
  expect((await measure()).files).toEqual({ amount: 1, text: '5.0 kB of film.mov' });
});

test('a link in the place of a folder leads to no other files', async () => {
  await mkdir(place.outside);
  await writeFile(join(place.outside, 'precious'), 'precious');
  await symlink(place.outside, join(folders.workPath, 'job'));
  const linked = { ...folders, tempPath: join(place.base, 'linked') };
  await symlink(place.outside, linked.tempPath);
  const { files } = await measureFiles(looks, linked, (text) => text);
  expect(files.text).not.toContain('precious');
});

test('the sources of which no byte has arrived are named', async () => {
  const job = {
    template: { src: 'file:///a.aep', name: 'template-a.aep' },
    assets: [
      { src: 'http://farm/b', name: 'asset-1-b' },
      { src: 'http://farm/c', name: 'asset-2-c' },
      { src: 'file:///share/d.mov', name: 'asset-3-d.mov' },
      { src: 'data:text/plain,x', name: 'asset-4' },
      { src: 'file:///share/e.mov', name: 'asset-5-e.mov', useOriginal: true },
      { type: 'data', layerName: 'title' },
    ],
  };
  await writeFile(join(folders.workPath, 'template-a.aep'), 'x');
  await writeFile(join(folders.workPath, 'asset-1-b.png'), 'x');
  await writeFile(join(folders.workPath, 'asset-3-d.mov'), '');
  expect(await findSilentSources(looks, job, folders.workPath)).toEqual([
    'assets[1].src (http://farm/c)',
    'assets[2].src (file:///share/d.mov)',
  ]);
});
