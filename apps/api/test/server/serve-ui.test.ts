/*
 * What a browser gets: the page and its policy, the assets, and the headers of every answer. The
 * browser tests of admin-ui load the real page.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { folderOfFile } from '@renderdeck/testing';
import { beforeAll, expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

/** The built page keeps the places for the nonce. */
const PAGE = fileURLToPath(new URL('../../../admin-ui/index.html', import.meta.url));
const farm = farmOfFile();
const folder = folderOfFile('page');
beforeAll(async () => {
  await mkdir(join(folder.path, 'assets'));
  await copyFile(PAGE, join(folder.path, 'index.html'));
  await writeFile(join(folder.path, 'assets/page-1.js'), 'export {};');
  await writeFile(join(folder.path, 'assets/page-1.js.br'), brotliCompressSync('export {};'));
  await writeFile(join(folder.path, 'assets/page-1.js.gz'), gzipSync('export {};'));
  for (let shot = 1; shot <= 20; shot += 1) await farm.submit(`shot ${shot}`);
});
const api = apiOfFile(farm, { pageFolder: folder.path });
const unbuilt = apiOfFile(farm, { pageFolder: join(folder.path, 'nothing') });

test.each(['/', '/jobs/3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59', '/hosts'])(
  '%s is the page, with a strict policy and a new nonce each time',
  async (path) => {
    const { status, headers, body } = await api.send(null, 'GET', path);
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    const policy = headers.get('content-security-policy') ?? '';
    const [, nonce = ''] = /'nonce-([^']+)'/.exec(policy) ?? [];
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(body).toContain(`content="${nonce}"`);
    expect(body).not.toMatch(/__(CSP_NONCE|BUILD)__/);
    expect(body).toMatch(/<meta name="build" content="[0-9a-f]{12}"/);
    expect(policy.replace(nonce, '')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-'; img-src 'self' data:; " +
        "media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; " +
        "base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    );
    expect((await api.send(null, 'GET', path)).headers.get('content-security-policy')).not.toBe(
      policy,
    );
  },
);

test('an asset is cached for ever by its name', async () => {
  const { status, headers, body } = await api.send(null, 'GET', '/assets/page-1.js');
  expect([status, body, headers.get('cache-control')]).toEqual([
    200,
    'export {};',
    'public, max-age=31536000, immutable',
  ]);
});

test.each([
  ['br, gzip', 'br'],
  ['gzip, deflate', 'gzip'],
  ['identity', null],
])('for Accept-Encoding %s, an asset and a large answer are encoded as %s', async (accepts, as) => {
  const header = { 'accept-encoding': accepts };
  const asset = await api.send(null, 'GET', '/assets/page-1.js', undefined, header);
  expect([asset.body, asset.headers.get('content-encoding')]).toEqual(['export {};', as]);
  const list = await api.send('ada', 'GET', '/trpc/listJobs?input=%7B%7D', undefined, header);
  expect([list.status, list.headers.get('content-encoding')]).toEqual([200, as]);
  expect(JSON.stringify(list.body)).toContain('"shot 20"');
  expect(list.headers.get('vary')).toMatch(/^trpc-accept, accept, Accept-Encoding$/);
  // Nothing is gained for a small answer, and it may hold a secret.
  const small = await api.send('ada', 'GET', '/trpc/me', undefined, header);
  expect([small.status, small.headers.get('content-encoding')]).toEqual([200, null]);
});

test.each([
  '/api/jobs',
  '/api/audit.csv',
  '/api/nothing',
  '/trpc/me',
  '/trpc/me,listUsers?batch=1',
  '/healthz',
  '/metrics',
])('no cache on the way stores the answer of %s', async (path) => {
  for (const who of [null, 'ada'] as const)
    expect((await api.send(who, 'GET', path)).headers.get('cache-control')).toBe('no-store');
});

test('a missing page answers with what to do, and the API still works', async () => {
  for (const path of ['/', '/hosts']) {
    const { status, body } = await unbuilt.send(null, 'GET', path);
    expect([status, body]).toEqual([
      503,
      'The page is not built; run `npx -y pnpm@10.34.9 build` and start again.\n',
    ]);
  }
  expect((await unbuilt.send('vera', 'GET', '/api/jobs')).status).toBe(200);
});

test.each([
  '/',
  '/api/jobs',
  '/api/nothing',
  '/trpc/me',
  '/healthz',
  '/assets/page-1.js',
  '/api/audit.csv',
])('%s sends the headers that protect the browser, whatever the answer', async (path) => {
  for (const who of [null, 'ada'] as const) {
    const { headers } = await api.send(who, 'GET', path);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none';.*frame-ancestors 'none'/,
    );
    expect(
      Object.fromEntries(
        [
          'x-content-type-options',
          'x-frame-options',
          'referrer-policy',
          'cross-origin-opener-policy',
          'cross-origin-resource-policy',
          'x-powered-by',
          'server',
        ].map((name) => [name, headers.get(name)]),
      ),
    ).toEqual({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-powered-by': null,
      server: null,
    });
  }
});

test.each([
  '/api/nothing',
  '/trpc',
  '/assets/nothing.js',
  '/favicon.png',
  '/assets/../../package.json',
  '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
])('%s is not a page and not a file: 404', async (path) => {
  expect((await api.send(null, 'GET', path)).status).toBe(404);
});
