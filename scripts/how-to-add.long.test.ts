/*
 * Follows docs/how-to-add.md in a copy. The API and the page compile with the new procedure, its
 * route answers, anonymous clients are refused, and the OpenAPI document lists it.
 */
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
/** The API, the page, and the packages that they import. */
const COPIED = [
  ...['domain', 'contract', 'rest-adapter', 'client', 'settings', 'store', 'operations'].map(
    (name) => `packages/${name}`,
  ),
  ...['packages/render-host', 'packages/tracing', 'apps/api', 'apps/admin-ui'],
];
const NOT_COPIED = ['/test', '/browser', '/dist', '/migrations', '/node_modules/.vite'];
/** Matches a file, the line before the block (or the folder, if the file is new), and the block. */
const BLOCK =
  /^ *`(\S+)`(?:, after ``(.+)``| is new in `(\S+)`):\n\n( *)```ts\n([\s\S]*?)\n *```/gm;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder('how-to-add');
  for (const path of [...COPIED, 'tsconfig.json', 'package.json'])
    await cp(join(CHECKOUT, path), join(folder.path, path), {
      recursive: true,
      verbatimSymlinks: true,
      // The server in memory makes its jobs as the tests of the domain do.
      filter: (source) =>
        source === join(CHECKOUT, 'packages/domain/test') ||
        !NOT_COPIED.some((end) => source === join(CHECKOUT, path) + end),
    });
  await symlink(join(CHECKOUT, 'node_modules'), join(folder.path, 'node_modules'));
});
afterAll(() => folder.remove());

/** Inserts the blocks. Gives the files. */
async function addBlocks(): Promise<ReadonlySet<string>> {
  const text = await readFile(join(CHECKOUT, 'docs/how-to-add.md'), 'utf8');
  const files = new Set<string>();
  for (const [, name = '', after, inFolder, indent = '', code = ''] of text.matchAll(BLOCK)) {
    const file = inFolder === undefined ? name : `${inFolder}/${name}`;
    const lines = code.split('\n').map((line) => line.replace(indent, ''));
    const path = join(folder.path, file);
    files.add(file);
    if (after === undefined) {
      await writeFile(path, `${lines.join('\n')}\n`);
      continue;
    }
    const found = (await readFile(path, 'utf8')).split('\n');
    expect(
      found.filter((line) => line === after),
      `${file}: ${after}`,
    ).toHaveLength(1);
    found.splice(found.indexOf(after) + 1, 0, ...lines);
    await writeFile(path, found.join('\n'));
  }
  return files;
}

const CALL = `
import { createFakeAdminPort } from './packages/contract/testing/fake-admin-port.ts';
import { restAdapter } from './packages/rest-adapter/src/index.ts';
import { createRequire } from 'node:module';
const require = createRequire(new URL('./packages/rest-adapter/src/index.ts', import.meta.url));
const server = require('fastify')();
const fake = createFakeAdminPort();
fake.farm.submit('Intro', 'sam');
void server.register(restAdapter, {
  contextOf: (request) => fake.contextOf(request.headers.authorization ?? null),
});
const get = async (url, authorization) => {
  const answer = await server.inject({ url, headers: authorization ? { authorization } : {} });
  return { status: answer.statusCode, body: answer.json() };
};
const { body } = await get('/api/openapi.json');
console.log(JSON.stringify({
  viewer: await get('/api/queue/length', fake.signIn('vera')),
  anonymous: (await get('/api/queue/length')).status,
  operation: body.paths['/api/queue/length'].get.operationId,
}));
`;

test('the procedure of the document works when it is copied unchanged', async () => {
  expect((await addBlocks()).size).toBe(7);
  // The settings of the page also fit the API, so the shared packages are compiled once.
  const config = {
    extends: './apps/admin-ui/tsconfig.json',
    include: ['apps/admin-ui/src', 'apps/api/src', 'packages/contract/testing'],
    exclude: ['**/*.test.ts', '**/*.test.tsx', 'apps/admin-ui/src/testing'],
  };
  await writeFile(join(folder.path, 'tsconfig.followed.json'), JSON.stringify(config));
  const options = {
    cwd: folder.path,
    preferLocal: true,
    localDir: CHECKOUT,
    reject: false,
    all: true,
  };
  const checked = await execa('tsc', ['--noEmit', '-p', 'tsconfig.followed.json'], options);
  expect(checked.all).toBe('');

  await writeFile(join(folder.path, 'call.mjs'), CALL);
  const called = await execa(process.execPath, ['--import', 'tsx', 'call.mjs'], options);
  expect(JSON.parse(called.stdout || JSON.stringify(called.all))).toEqual({
    viewer: { status: 200, body: { waiting: 1 } },
    anonymous: 401,
    operation: 'getQueueLength',
  });
}, 480_000);
