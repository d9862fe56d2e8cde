/*
 * Follows docs/how-to-add.md in a copy of three packages. The new procedure compiles, its route
 * answers, anonymous clients are refused, and the OpenAPI document lists it. For files of other
 * packages, the test checks only that the line exists after which a block must be inserted.
 */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CHECKOUT = fileURLToPath(new URL('..', import.meta.url));
const COPIED = ['packages/domain', 'packages/contract', 'packages/rest-adapter'];
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
    });
  await symlink(join(CHECKOUT, 'node_modules'), join(folder.path, 'node_modules'));
});
afterAll(() => folder.remove());

async function addBlocks(): Promise<number> {
  const text = await readFile(join(CHECKOUT, 'docs/how-to-add.md'), 'utf8');
  const blocks = [...text.matchAll(BLOCK)];
  for (const [, name = '', after, inFolder, indent = '', code = ''] of blocks) {
    const file = inFolder === undefined ? name : `${inFolder}/${name}`;
    const lines = code.split('\n').map((line) => line.replace(indent, ''));
    const isCopied = COPIED.some((part) => file.startsWith(`${part}/`));
    const path = join(isCopied ? folder.path : CHECKOUT, file);
    if (after === undefined) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${lines.join('\n')}\n`);
      continue;
    }
    const found = (await readFile(path, 'utf8')).split('\n');
    expect(
      found.filter((line) => line === after),
      `${file}: ${after}`,
    ).toHaveLength(1);
    found.splice(found.indexOf(after) + 1, 0, ...lines);
    if (isCopied) await writeFile(path, found.join('\n'));
  }
  return blocks.length;
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
  expect(await addBlocks()).toBe(7);
  const config = {
    extends: './tsconfig.json',
    include: [
      'packages/contract/src/router.ts',
      'packages/rest-adapter/src',
      'packages/contract/testing',
    ],
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
}, 240_000);
