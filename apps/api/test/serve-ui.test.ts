/* What a browser gets: the page under its policy, its assets, and the headers of every answer. The real page, in a real browser: admin-ui's browser tests. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@renderdeck/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFarm, type TestApi, type TestFarm } from './serve-api.ts';

/** What is built from it keeps its places for the nonce. */
const PAGE = fileURLToPath(new URL('../../admin-ui/index.html', import.meta.url));
let farm: TestFarm;
let api: TestApi;
let unbuilt: TestApi;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [farm, folder] = await Promise.all([openFarm(), temporaryFolder('page')]);
  await mkdir(join(folder.path, 'assets'));
  await copyFile(PAGE, join(folder.path, 'index.html'));
  await writeFile(join(folder.path, 'assets/page-1.js'), 'export {};');
  api = await farm.serve({ pageFolder: folder.path });
  unbuilt = await farm.serve({ pageFolder: join(folder.path, 'nothing') });
});
afterAll(async () => {
  await farm.close();
  await folder.remove();
});

test.each(['/', '/jobs/3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59', '/hosts'])(
  '%s is the page, under a policy that lets only its own scripts and styles in, with a nonce that is used once',
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
    expect(body).not.toContain('__CSP_NONCE__');
    expect(policy.replace(nonce, '')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
    );
    expect((await api.send(null, 'GET', path)).headers.get('content-security-policy')).not.toBe(
      policy,
    );
  },
);

test('an asset is kept for ever by its name', async () => {
  const { status, headers, body } = await api.send(null, 'GET', '/assets/page-1.js');
  expect([status, body, headers.get('cache-control')]).toEqual([
    200,
    'export {};',
    'public, max-age=31536000, immutable',
  ]);
});

test.each([
  '/api/jobs',
  '/api/audit.csv',
  '/api/nothing',
  '/trpc/me',
  '/trpc/me,listUsers?batch=1',
  '/healthz',
  '/metrics',
])('what %s answers is kept by nobody on the way, whoever asked', async (path) => {
  for (const who of [null, 'ada'] as const)
    expect((await api.send(who, 'GET', path)).headers.get('cache-control')).toBe('no-store');
});

test('where the page is not built its address says so and what to do, and the API answers all the same', async () => {
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
])(
  '%s, whatever is answered, may not be framed, sniffed or run, and tells nothing of where it came from',
  async (path) => {
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
  },
);

test.each([
  '/api/nothing',
  '/trpc',
  '/assets/nothing.js',
  '/favicon.png',
  '/assets/../../package.json',
  '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
])('%s is no page and no file: 404', async (path) => {
  expect((await api.send(null, 'GET', path)).status).toBe(404);
});
