/*
 * How Windows treats open files, long paths and its special names. Each case has a scratch root of
 * its own on C:.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createScratchFolder } from '../../src/scratch/create-scratch-folder.ts';
import { findLeftovers } from '../../src/scratch/find-leftovers.ts';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { removeScratchFolder } from '../../src/scratch/remove-scratch-folder.ts';
import { reopenScratchFolder, type ScratchFolder } from '../../src/scratch/scratch-folder.ts';
import { freeBytes, openScratchRoot } from '../../src/scratch/scratch-root.ts';
import { endNodes, holdFile, SHARE, startNode } from './hold-file.ts';

afterEach(endNodes);
const SHORT = { budgetMs: 200 };
const makeRoot = () => mkdtemp('C:\\root-');
async function makeFolder(): Promise<ScratchFolder> {
  return await createScratchFolder(await makeRoot(), 'a1');
}
/** The root and its trash contain no entry of an attempt. */
async function assertGone(folder: ScratchFolder): Promise<void> {
  const trash = join(folder.root.path, '.trash');
  const names = [...(await readdir(folder.root.path)), ...(await readdir(trash).catch(() => []))];
  assert.deepEqual(
    names.filter((name) => name.startsWith('attempt-')),
    [],
  );
}
/** Does the work of a sweep. */
async function sweep(folder: ScratchFolder) {
  const { folders, refused } = await findLeftovers(folder.root.path, () => true);
  assert.deepEqual(refused, []);
  return await Promise.all(folders.map((found) => removeScratchFolder(found, SHORT)));
}

for (const [name, share] of [
  ['nothing', SHARE.nothing],
  ['reading', SHARE.read],
  ['reading and writing', SHARE.readAndWrite],
] as const) {
  test(`a file that is open and shares ${name} is named, and swept once it is closed`, async () => {
    const folder = await makeFolder();
    const path = join(folder.workPath, 'result.avi');
    await writeFile(path, 'x');
    await writeFile(join(folder.tempPath, 'other'), 'x');
    const close = holdFile(path, share);
    const removal = await removeScratchFolder(folder, SHORT);
    assert.equal(removal.goneAt, null);
    assert.equal(removal.leftovers.length, 1);
    assert.match(removal.leftovers[0]?.path ?? '', /attempt-a1.*\\work\\result\.avi$/);
    assert.match(removal.leftovers[0]?.error ?? '', /^(EBUSY|EPERM|EACCES)$/);
    assert.equal((await sweep(folder))[0]?.goneAt, null);
    close();
    assert.deepEqual(
      (await sweep(folder)).map(({ leftovers }) => leftovers),
      [[]],
    );
    await assertGone(folder);
  });
}

test('a file that is open and may be deleted is gone once it is closed', async () => {
  const folder = await makeFolder();
  const path = join(folder.workPath, 'result.avi');
  await writeFile(path, 'x');
  const close = holdFile(path, SHARE.delete);
  await removeScratchFolder(folder, SHORT);
  close();
  await sweep(folder);
  await assertGone(folder);
});

test('a removal goes on until another program closes its file', async () => {
  const folder = await makeFolder();
  const path = join(folder.workPath, 'result.avi');
  await writeFile(path, 'x');
  await writeFile(join(folder.tempPath, 'other'), 'x');
  const holder = await startNode(
    'require("fs").openSync(process.argv[1], 2 | 0x10000000); ' +
      'console.log("open"); setInterval(() => {}, 1e6)',
    [path],
  );
  const removal = removeScratchFolder(folder, { budgetMs: 60_000 });
  // Until then, the first round has deleted every file that it could.
  while (existsSync(folder.tempPath)) await delay(5);
  await holder.end();
  assert.deepEqual((await removal).leftovers, []);
  await assertGone(folder);
});

test('what a program writes without end is named, and swept once it has ended', async () => {
  const folder = await makeFolder();
  const writer = await startNode(
    `const fs = require('fs');
     console.log('writing');
     for (let n = 0; ; n++) try {
       fs.mkdirSync(process.argv[1] + '\\\\d' + (n % 50), { recursive: true });
       fs.writeFileSync(process.argv[1] + '\\\\d' + (n % 50) + '\\\\f', 'x');
     } catch {}`,
    [folder.workPath],
  );
  let removal = await removeScratchFolder(folder, SHORT);
  // A removal succeeds when the writer happens not to run during it.
  for (let n = 0; n < 100 && removal.goneAt !== null; n += 1)
    removal = await removeScratchFolder(folder, SHORT);
  assert.equal(removal.goneAt, null);
  await writer.end();
  await sweep(folder);
  await assertGone(folder);
});

for (const [name, cwdOf] of [
  ['the folder', (folder: ScratchFolder) => folder.path],
  ['a folder in it', (folder: ScratchFolder) => folder.workPath],
] as const) {
  test(`while a program works in ${name} it stays ours, for the next daemon too`, async () => {
    const folder = await makeFolder();
    await writeFile(join(folder.workPath, 'result.avi'), 'x');
    // Windows does not rename a folder while it is in use, so it is deleted in place.
    const close = holdFile(join(folder.workPath, 'result.avi'), SHARE.read);
    const worker = await startNode('console.log(1); setInterval(() => {}, 1e6)', [], cwdOf(folder));
    const removal = await removeScratchFolder(folder, SHORT);
    assert.equal(removal.goneAt, null);
    assert.match(removal.leftovers[0]?.error ?? '', /^(EBUSY|EPERM|EACCES)$/);
    const next = await reopenScratchFolder(folder.root.path, folder.path, 'a1');
    assert.ok(!('refused' in next), String(next));
    await worker.end();
    close();
    assert.deepEqual((await removeScratchFolder(next)).leftovers, []);
    await assertGone(folder);
  });
}

test('read-only files and folders are removed', async () => {
  const folder = await makeFolder();
  const sub = join(folder.workPath, 'closed');
  await mkdir(sub);
  await writeFile(join(sub, 'file'), 'x', { mode: 0o444 });
  await chmod(join(sub, 'file'), 0o444);
  await chmod(sub, 0o444);
  assert.deepEqual((await removeScratchFolder(folder)).leftovers, []);
  await assertGone(folder);
});

test('a path of 433 characters is written, read and removed', async () => {
  const folder = await makeFolder();
  const deep = join(folder.workPath, ...Array.from({ length: 8 }, () => 'd'.repeat(45)));
  await mkdir(deep, { recursive: true });
  const file = join(deep, 'f'.repeat(433 - deep.length - 1));
  await writeFile(file, 'x');
  assert.equal(file.length, 433);
  assert.equal(await readFile(file, 'utf8'), 'x');
  const { files, leftovers } = await removeScratchFolder(folder);
  assert.deepEqual({ files, leftovers }, { files: 2, leftovers: [] });
  await assertGone(folder);
});

test('names that only Node can make are removed', async () => {
  const folder = await makeFolder();
  for (const name of ['CON', 'nul.txt', 'COM1', 'trail.', 'trail '])
    await writeFile(join(folder.workPath, name), 'x');
  await mkdir(join(folder.workPath, 'aux'));
  const { files, leftovers } = await removeScratchFolder(folder);
  assert.deepEqual({ files, leftovers }, { files: 6, leftovers: [] });
  await assertGone(folder);
});

test('a folder that leads elsewhere and is no link is named, and never entered', async () => {
  // The test on Linux made this folder: Wine shows a link as a folder, as Windows shows a volume.
  const root = String(process.env.LINKED_ROOT);
  const folder = await reopenScratchFolder(root, join(root, 'attempt-a1'), 'a1');
  assert.ok(!('refused' in folder), String(folder));
  const { leftovers } = await removeScratchFolder(folder, SHORT);
  assert.deepEqual(
    leftovers.map(({ error }) => error),
    ['it leads to another folder'],
  );
  const linked = await reopenScratchFolder(root, join(root, 'attempt-a2'), 'a2');
  assert.match('refused' in linked ? linked.refused : '', /leads out of its root/);
});

test('the root is a folder on a drive, in the letters that the disk has', async () => {
  const root = await makeRoot();
  assert.equal((await openScratchRoot(root.toUpperCase())).path, root);
  await assert.rejects(openScratchRoot('C:\\aux\\scratch'), /reads as another one: aux/);
});

test('the free bytes of the drive are known, and the probe of rights is gone', async () => {
  const root = await makeRoot();
  assert.ok((await freeBytes(root)) > 1_000_000);
  assert.deepEqual(await readdir(root), []);
});

test('a part that is open is named, and a stream of another file is left alone', async () => {
  const id = '01890000-0000-7000-8000-000000000001';
  const out = await mkdtemp('C:\\out-');
  const part = join(out, `.film.mov.${id}.part`);
  await writeFile(part, 'x');
  const close = holdFile(part, SHARE.read);
  // On a busy machine one try may take longer than the short time.
  const longer = { budgetMs: 3000 };
  assert.match((await removeParts([part], id, longer)).leftovers[0]?.error ?? '', /^E[A-Z]+$/);
  close();
  assert.deepEqual((await removeParts([part], id, longer)).leftovers, []);
  for (const path of [
    join(out, `.film:x.${id}.part`),
    `C:.film.mov.${id}.part`,
    `\\x\\.f.${id}.part`,
  ])
    assert.match(
      (await removeParts([path], id)).leftovers[0]?.error ?? '',
      /not named like a part/,
    );
});

test('Node starts no .cmd without a shell', async () => {
  const path = join(await makeRoot(), 'aerender.cmd');
  await writeFile(path, '@exit 0\r\n');
  await assert.rejects(
    async () => await once(spawn(path, []), 'exit'),
    (error) => error instanceof Error && 'code' in error && error.code === 'EINVAL',
  );
});
