/*
 * How an output gets its final name on Windows, where no program can replace a file that another
 * program has open. The test plays the daemon in the same process.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { publishFile, publishFiles } from '../../src/nexrender/publish-file.mjs';
import { GateClosed } from '../../src/nexrender/publish-gate.mjs';
import { removeParts } from '../../src/scratch/remove-parts.ts';
import { holdFile, SHARE } from './hold-file.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const PUBLICATION = { attemptId: ID, warning: null, isLast: true };
/** The messages of the render to its daemon since the case began, and the daemon's answers. */
let told: Record<string, unknown>[] = [];
let decide: () => 'yes' | 'no' = () => 'yes';
const count = (type: string) => told.filter((message) => message.type === type).length;

Object.assign(process, {
  connected: true,
  send(message: Record<string, unknown>) {
    told.push(message);
    const answer = message.type === 'publish' ? decide() : 'yes';
    if ('id' in message)
      setImmediate(() =>
        process.emit('message', { ...message, type: 'answer', answer }, undefined),
      );
    return true;
  },
});

let out = '';
let source = '';
let output = '';
beforeEach(async () => {
  told = [];
  decide = () => 'yes';
  out = mkdtempSync('C:\\out-');
  output = join(out, 'film.mov');
  source = join(mkdtempSync('C:\\job-'), 'result.mov');
  await writeFile(source, 'new');
  await writeFile(output, 'earlier');
});

test('an output is replaced in one step, and its part is gone', async () => {
  await publishFile(source, output, PUBLICATION);
  assert.equal(await readFile(output, 'utf8'), 'new');
  assert.deepEqual(await readdir(out), ['film.mov']);
  assert.equal(count('published'), 1);
});

test('an output that is open is replaced once it is closed, with another yes', async () => {
  const close = holdFile(output, SHARE.readAndWrite);
  decide = () => {
    // The first yes counts for a second. So the second question shows a refusal of a second.
    if (count('publish') === 2) close();
    return 'yes';
  };
  await publishFile(source, output, PUBLICATION);
  assert.equal(await readFile(output, 'utf8'), 'new');
  assert.deepEqual(await readdir(out), ['film.mov']);
  assert.equal(count('publish'), 2);
});

test('an output that stays open is as it was, and the render says so', async () => {
  const close = holdFile(output, SHARE.readAndWrite);
  await assert.rejects(publishFile(source, output, { ...PUBLICATION, releasedWithinMs: 200 }), {
    message: new RegExp(
      `^Windows refused for 0.2 s to replace ${output.replaceAll('\\', '\\\\')} \\(E[A-Z]+\\): ` +
        'most likely a program has it open. It was not changed$',
    ),
  });
  assert.equal(await readFile(output, 'utf8'), 'earlier');
  assert.equal(count('published'), 0);
  const part = join(out, `.film.mov.${ID}.part`);
  assert.equal(
    told.some(({ path }) => path === part),
    true,
  );
  close();
  // The part is complete until the worker removes it.
  const [left = ''] = (await readdir(out)).filter((name) => name !== 'film.mov');
  assert.equal(await readFile(join(out, left), 'utf8'), 'new');
  assert.deepEqual((await removeParts([join(out, left)], ID)).leftovers, []);
  assert.deepEqual(await readdir(out), ['film.mov']);
});

test('a cancel while the output is open leaves it as it was', async () => {
  const close = holdFile(output, SHARE.readAndWrite);
  decide = () => (count('publish') === 1 ? 'yes' : 'no');
  await assert.rejects(publishFile(source, output, PUBLICATION), GateClosed);
  close();
  assert.equal(await readFile(output, 'utf8'), 'earlier');
});

test('pictures appear as a folder in one step', async () => {
  const folder = join(out, 'shot');
  const files = ['a.png', 'b.png'].map((name) => ({ source, name }));
  await publishFiles(files, folder, PUBLICATION);
  assert.deepEqual(await readdir(folder), ['a.png', 'b.png']);
  assert.equal(count('publish'), 1);
});

test('of pictures in an existing folder the open one is named, and none is lost', async () => {
  await writeFile(join(out, 'b.png'), 'earlier');
  const close = holdFile(join(out, 'b.png'), SHARE.read);
  const files = ['a.png', 'b.png', 'c.png'].map((name) => ({ source, name }));
  await assert.rejects(
    publishFiles(files, out, { ...PUBLICATION, releasedWithinMs: 200 }),
    /to replace C:\\out-[^\\]+\\b\.png .* most likely a program has it open/,
  );
  close();
  assert.equal(await readFile(join(out, 'b.png'), 'utf8'), 'earlier');
  assert.equal(await readFile(join(out, 'a.png'), 'utf8'), 'new');
});

test('an output that cannot be replaced for another reason says which', async () => {
  await mkdir(join(out, 'folder.mov'));
  const toFolder = join(out, 'folder.mov');
  const short = { ...PUBLICATION, releasedWithinMs: 50 };
  await assert.rejects(publishFile(source, toFolder, short), /it is a folder\. It was not changed/);
  await chmod(output, 0o444);
  const end = await publishFile(source, output, short).then(
    () => 'replaced',
    ({ message }: Error) => message,
  );
  // Windows refuses to replace the file; Wine may replace it.
  assert.match(end, /^replaced$|it is read-only\. It was not changed$/);
});

test('several parts of one name do not meet', async () => {
  await publishFile(source, output, PUBLICATION);
  await publishFile(source, output, PUBLICATION);
  const parts = told
    .filter(({ type }) => type === 'part')
    .map(({ path }) => basename(String(path)));
  assert.equal(new Set(parts).size, 2);
  assert.ok(existsSync(output));
});
