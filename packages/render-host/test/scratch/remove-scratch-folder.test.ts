import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  link,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { reopenScratchFolder, type ScratchFolder } from '../../src/scratch/scratch-folder.ts';
import { canMount, runInNamespaces } from '../../testing/in-namespaces.ts';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aRoot } from './a-root.ts';

const place = ofEachTest(aRoot);
let folder: ScratchFolder;
beforeEach(async () => {
  folder = await createScratchFolder(place.root, 'a1');
  await mkdir(place.outside);
  await writeFile(join(place.outside, 'precious'), 'precious');
});
afterEach(async () => {
  expect(await readFile(join(place.outside, 'precious'), 'utf8')).toBe('precious');
});
const goneAt = expect.stringMatching(/^\d{4}-.*Z$/);

test('the report counts files and bytes, and nothing is left', async () => {
  await writeFile(join(folder.workPath, 'result.avi'), Buffer.alloc(5000));
  await writeFile(join(folder.tempPath, 'x'), Buffer.alloc(500));
  const report = await removeScratchFolder(folder);
  expect(report).toEqual({
    files: 3,
    bytes: 5502,
    leftovers: [],
    timeToCleanMs: expect.any(Number),
    goneAt,
  });
  expect(await place.rest()).toEqual([]);
  expect((await stat(place.root)).isDirectory()).toBe(true);
});

test('a folder that does not exist counts as removed, and is no error', async () => {
  await rm(folder.path, { recursive: true });
  expect(await removeScratchFolder(folder)).toMatchObject({
    files: 0,
    bytes: 0,
    leftovers: [],
    goneAt,
  });
});

test('a file and a folder whose names are no valid text are removed too', async () => {
  const inWork = (name: number[]) =>
    Buffer.concat([Buffer.from(`${folder.workPath}/`), Buffer.from(name)]);
  await writeFile(inWork([0x61, 0xff, 0xfe]), 'xx');
  await mkdir(inWork([0xfc]));
  await writeFile(inWork([0xfc, 0x2f, 0xf6]), 'xx');
  expect(await removeScratchFolder(folder, { budgetMs: 200 })).toMatchObject({
    files: 3,
    bytes: 6,
    leftovers: [],
    goneAt,
  });
  expect(await place.rest()).toEqual([]);
});

test('links to a file, a folder, the root and nowhere are removed and never followed', async () => {
  await symlink(join(place.outside, 'precious'), join(folder.workPath, 'file'));
  await symlink(place.outside, join(folder.workPath, 'folder'));
  await symlink(place.root, join(folder.workPath, 'root'));
  await symlink('/nowhere', join(folder.workPath, 'broken'));
  const other = await createScratchFolder(place.root, 'a2');
  expect(await removeScratchFolder(folder)).toMatchObject({ files: 5, leftovers: [] });
  expect(await place.rest()).toEqual(['attempt-a2']);
  expect(await readFile(join(other.path, '.renderdeck-attempt'), 'utf8')).toBe('a2');
});

test('a folder that was replaced by a link is refused, and its target stays', async () => {
  await rename(folder.path, join(place.base, 'moved'));
  await symlink(place.outside, folder.path);
  const report = await removeScratchFolder(folder, { budgetMs: 0 });
  expect(report).toMatchObject({
    goneAt: null,
    leftovers: [{ path: folder.path, error: expect.stringContaining('is a link') }],
  });
});

test('nothing is deleted through a root that was replaced by a link', async () => {
  await rename(place.root, join(place.base, 'moved'));
  await symlink(join(place.base, 'moved'), place.root);
  expect(await removeScratchFolder(folder, { budgetMs: 0 })).toMatchObject({
    files: 0,
    goneAt: null,
  });
  expect((await stat(join(place.base, 'moved', 'attempt-a1', 'work'))).isDirectory()).toBe(true);
});

test('a trash that is a link is not used, and its target stays', async () => {
  await symlink(place.outside, join(place.root, '.trash'));
  await mkdir(join(place.outside, 'attempt-a1~theirs'));
  expect(await removeScratchFolder(folder)).toMatchObject({ files: 1, leftovers: [] });
  expect((await stat(join(place.outside, 'attempt-a1~theirs'))).isDirectory()).toBe(true);
});

test('only our name of a file with two names is removed, and no bytes count as freed', async () => {
  await link(join(place.outside, 'precious'), join(folder.workPath, 'same'));
  await chmod(join(place.outside, 'precious'), 0o444);
  expect(await removeScratchFolder(folder)).toMatchObject({ files: 2, bytes: 2, leftovers: [] });
  expect((await stat(join(place.outside, 'precious'))).mode & 0o777).toBe(0o444);
});

test('a read-only file and a folder without any rights are removed', async () => {
  await mkdir(join(folder.workPath, 'closed'));
  await writeFile(join(folder.workPath, 'closed', 'file'), 'x', { mode: 0o400 });
  await chmod(join(folder.workPath, 'closed'), 0o000);
  expect(await removeScratchFolder(folder)).toMatchObject({ files: 2, leftovers: [], goneAt });
});

test('a file that is still open is removed', async () => {
  const file = await open(join(folder.workPath, 'held'), 'w');
  expect(await removeScratchFolder(folder)).toMatchObject({ files: 2, leftovers: [], goneAt });
  await file.close();
});

test('one call removes 20,000 files', async () => {
  for (let block = 0; block < 20; block += 1) {
    const sub = join(folder.tempPath, String(block));
    await mkdir(sub);
    await Promise.all(
      Array.from({ length: 1000 }, (_, index) => writeFile(join(sub, String(index)), 'x')),
    );
  }
  expect(await removeScratchFolder(folder)).toMatchObject({
    files: 20_001,
    bytes: 20_002,
    leftovers: [],
    goneAt,
  });
}, 180_000);

test('a path that is too long for the system is removed too', async () => {
  // One folder is moved into another again and again, because no path can name the result.
  let deep = join(folder.workPath, 'x'.repeat(200));
  await mkdir(deep);
  await writeFile(join(deep, 'file'), 'x');
  for (let level = 0; level < 40; level += 1) {
    const next = join(folder.workPath, `${level}`.padEnd(200, 'y'));
    await mkdir(next);
    await rename(deep, join(next, 'x'.repeat(200)));
    deep = next;
  }
  expect(await removeScratchFolder(folder)).toMatchObject({ files: 2, leftovers: [], goneAt });
  expect(await place.rest()).toEqual([]);
});

test('a removal with a late writer names what is left; a later removal completes it', async () => {
  const writer = await aWriter(folder.workPath);
  // A removal succeeds when the writer happens not to run. Then the next one finds new files.
  await expect
    .poll(() => removeScratchFolder(folder, { budgetMs: 300 }), { timeout: 60_000 })
    .toMatchObject({
      goneAt: null,
      leftovers: [{ path: expect.stringContaining('attempt-a1'), error: expect.any(String) }],
    });
  await writer.end();
  expect(await removeScratchFolder(folder)).toMatchObject({ leftovers: [], goneAt });
  expect(await place.rest()).toEqual([]);
});

test('the next daemon recognises and removes a folder made again by a late writer', async () => {
  const writer = await aWriter(folder.workPath);
  await expect
    .poll(() => removeScratchFolder(folder, { budgetMs: 0 }), { timeout: 60_000 })
    .toMatchObject({
      leftovers: [{ path: folder.path, error: 'was made again' }],
    });
  await writer.end();
  const reopened = await reopenScratchFolder(place.root, folder.path, 'a1');
  expect('refused' in reopened ? reopened : await removeScratchFolder(reopened)).toMatchObject({
    leftovers: [],
    goneAt,
  });
  expect(await place.rest()).toEqual([]);
});

test.skipIf(!canMount())(
  'a mount of the same disk is named and never entered (needs the right to mount)',
  async () => {
    const root = join(place.base, 'other-root');
    expect(
      await runInNamespaces(['--mount'], new URL('remove-with-mounts.ts', import.meta.url), [
        root,
        place.outside,
      ]),
    ).toMatchObject({
      first: {
        files: 2,
        goneAt: null,
        leftovers: [
          ['inside', 'something is mounted here'],
          ['stuck', 'EBUSY'],
        ],
      },
      second: { files: 1, leftovers: [], goneAt },
    });
  },
);

/** Starts a program that makes folders and files below `path` all the time, and `path` itself. */
async function aWriter(path: string) {
  const program = `
    const fs = require('fs');
    console.log('writing');
    for (let n = 0; ; n++) try {
      fs.mkdirSync(process.argv[1] + '/d' + (n % 50), { recursive: true });
      fs.writeFileSync(process.argv[1] + '/d' + (n % 50) + '/f', 'x');
    } catch {}`;
  const writer = spawn(process.execPath, ['-e', program, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(writer, 'close');
  const end = async () => {
    writer.kill('SIGKILL');
    await closed;
  };
  onTestFinished(end);
  await once(writer.stdout, 'data');
  return { end };
}
