import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleProgram } from '../src/index.ts';

const ENTRY = 'packages/program-bundle/test/program/main.ts';
const source = (name: string) => fileURLToPath(new URL(`./program/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'renderdeck-bundle-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a bundle finds the files beside its sources; its error names the source', async () => {
  const file = join(folder, 'found', 'main.mjs');
  await bundleProgram(ENTRY, file);
  const { stdout, stderr, exitCode } = await execa(
    process.execPath,
    ['--enable-source-maps', file],
    { cwd: folder, reject: false },
  );
  expect(JSON.parse(stdout)).toEqual({
    main: pathToFileURL(source('main.ts')).href,
    beside: 'A file beside its module.\n',
  });
  expect(stderr).toContain(`${source('fail.ts')}:3`);
  expect(exitCode).toBe(1);
});

test('several calls at once write one complete file and leave no other file', async () => {
  const file = join(folder, 'raced', 'main.mjs');
  await bundleProgram(ENTRY, file);
  const { size } = await stat(file);
  let writing = true;
  const written = Promise.all(Array.from({ length: 5 }, () => bundleProgram(ENTRY, file))).finally(
    () => {
      writing = false;
    },
  );
  while (writing) expect((await stat(file)).size).toBe(size);
  await written;
  expect(await readdir(join(folder, 'raced'))).toEqual(['main.mjs']);
});
