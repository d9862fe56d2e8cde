/*
 * The package for programs outside the repository: its types stand alone, and they say what the
 * source says.
 */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildClient } from '../build/build-client.ts';

const TOP = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCE = join(TOP, 'packages/client/src/index.ts');
const SUBMITS = `
import { type Api, type CancelReceipt, createClient, type Job } from '@renderdeck/client';
import { followLog } from '@renderdeck/client';
const { api } = createClient({ url: 'http://127.0.0.1:4000', token: 'x' });
const job = { template: { src: 'file:///a.aep', composition: 'main' }, anything: 1 };
export const submitted: Promise<{ job: Job }> = api.submitJob.mutate({ job, priority: 60 });
export const listed = api.listJobs.query({ status: 'QUEUED', limit: 5 });
export const hosts = api.listHosts.query();
export async function stop(of: Api, id: string): Promise<CancelReceipt> {
  for await (const { lines } of followLog(of, id)) if (lines.length > 0) break;
  const { receipt } = await of.cancelJob.mutate({ id });
  return receipt;
}
`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let built: string;
beforeAll(async () => {
  folder = await temporaryFolder('client');
  built = join(folder.path, 'node_modules/@renderdeck/client');
  await buildClient(built);
  await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }');
});
afterAll(() => folder.remove());

/** What TypeScript finds wrong with each text, as a file beside the installed package. */
async function compile(
  texts: Readonly<Record<string, string>>,
  options: ts.CompilerOptions,
): Promise<Record<string, string[]>> {
  const files = Object.keys(texts).map((name) => join(folder.path, name));
  for (const file of files) await writeFile(file, texts[basename(file)] ?? '');
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    ...options,
  });
  const found: Record<string, string[]> = {};
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const name = basename(file?.fileName ?? '');
    found[name] ??= [];
    found[name].push(ts.flattenDiagnosticMessageText(messageText, '\n'));
  }
  return found;
}

const BUNDLER = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};
test.each([
  ['NodeNext', {}],
  ['bundler', BUNDLER],
])('the types compile alone, without DOM and with all checks: %s', async (_name, how) => {
  const wrong = SUBMITS.replace("'QUEUED'", "'WAITING'").replace('60', "'high'");
  const found = await compile(
    { 'right.ts': SUBMITS, 'wrong.ts': wrong },
    { ...how, skipLibCheck: false },
  );
  expect(found).toEqual({ 'wrong.ts': [expect.any(String), expect.any(String)] });
});

test('the types import nothing, and the package depends on nothing', async () => {
  const types = await readFile(join(built, 'index.d.ts'), 'utf8');
  expect(types).not.toMatch(/^import\b|\bimport\(|\bfrom '|\brequire\(|<reference/m);
  const manifest = JSON.parse(await readFile(join(built, 'package.json'), 'utf8'));
  expect(Object.keys(manifest).filter((key) => /dependencies/i.test(key))).toEqual([]);
});

test('the types are those of the source, and the examples of README fit them', async () => {
  await mkdir(join(folder.path, 'node_modules/@types'), { recursive: true });
  const node = 'node_modules/@types/node';
  await symlink(join(TOP, node), join(folder.path, node));
  const same = `
import * as source from ${JSON.stringify(SOURCE)};
import type * as published from '@renderdeck/client';
export const same: typeof published = source;
export const names: Record<keyof typeof source, unknown> = same;`;
  const readme = await readFile(join(built, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)];
  expect(examples).toHaveLength(4);
  const found = await compile(
    {
      'same.ts': same,
      'differ.ts': same.replace('= source;', '= { ...source, mayBeDone: source.problemOf };'),
      ...Object.fromEntries(examples.map(([, text = ''], at) => [`example-${at}.mts`, text])),
    },
    {
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      types: ['node'],
    },
  );
  expect(found).toEqual({
    'differ.ts': [expect.stringContaining("is not assignable to type 'boolean'")],
  });
});
