import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { bundleProgram } from '../src/index.ts';
import { copyKeptBundle, REPOSITORY } from '../src/kept-bundle.ts';

const FOLDER = 'node_modules/.cache/renderdeck-kept-test';
const ENTRY = `${FOLDER}/main.ts`;
const at = (name: string) => join(REPOSITORY, FOLDER, name);
const file = at('out/main.mjs');

/** Writes a source file that seems to have been unchanged for an hour. */
async function write(name: string, text: string): Promise<void> {
  await writeFile(at(name), text);
  const before = new Date(Date.now() - 3_600_000);
  await utimes(at(name), before, before);
}
const saysWhat = async () => /'(one|two)'|"(one|two)"/.exec(await readFile(file, 'utf8'))?.[0];

beforeEach(async () => {
  await mkdir(at('out'), { recursive: true });
  await write('main.ts', "import { said } from './said.ts';\nconsole.log(said);\n");
  await write('said.ts', "export const said = 'one';\n");
});
afterAll(() => rm(join(REPOSITORY, FOLDER), { recursive: true }));

test('a bundle is kept until one of its sources changes or is deleted', async () => {
  expect(await copyKeptBundle(ENTRY, at('out/none.mjs'))).toBe(false);
  await bundleProgram(ENTRY, file);
  const first = await readFile(file, 'utf8');
  expect(await copyKeptBundle(ENTRY, at('out/kept.mjs'))).toBe(true);
  expect(await readFile(at('out/kept.mjs'), 'utf8')).toBe(first);

  await write('said.ts', "export const said = 'two'; // longer\n");
  expect(await copyKeptBundle(ENTRY, at('out/old.mjs'))).toBe(false);
  await bundleProgram(ENTRY, file);
  expect(await saysWhat()).toMatch('two');
  expect(await copyKeptBundle(ENTRY, at('out/kept.mjs'))).toBe(true);
  await rm(at('said.ts'));
  expect(await copyKeptBundle(ENTRY, at('out/old.mjs'))).toBe(false);
});

test('a bundle made from a source that was written a moment ago is not kept', async () => {
  await writeFile(at('said.ts'), "export const said = 'two';\n");
  await bundleProgram(ENTRY, file);
  expect(await saysWhat()).toMatch('two');
  expect(await copyKeptBundle(ENTRY, at('out/young.mjs'))).toBe(false);
});

test('the bundles of the API and of the worker are kept', async () => {
  for (const name of ['api', 'worker']) {
    await bundleProgram(`apps/${name}/src/main.ts`, file);
    expect(await copyKeptBundle(`apps/${name}/src/main.ts`, at('out/kept.mjs'))).toBe(true);
  }
});
