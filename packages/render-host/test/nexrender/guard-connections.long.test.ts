/*
 * Connections of a process with the guard to servers of this test: a refused server receives
 * nothing. A child process has the guard, so that this process keeps its own sockets.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../../testing/stores/serve.ts';

const CHILD = fileURLToPath(new URL('connect-guarded.ts', import.meta.url));
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve((response, { url = '' }) => {
    const [, to] = /^\/to\?(.*)$/.exec(url) ?? [];
    if (to === undefined) response.end('reached');
    else response.writeHead(302, { location: decodeURIComponent(to) }).end();
  });
});
afterAll(() => server.close());
const requests = () => server.requests.map(({ url }) => url);

type Rules = { readonly refused: string[]; readonly allowed?: string[] };

/** Connects in each way in a process with these rules. Returns each answer or error. */
async function connectIn(ways: readonly string[], address: string, rules: Rules) {
  server.requests.splice(0);
  const cases = JSON.stringify(ways.map((way) => [way, address]));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    CHILD,
    cases,
    JSON.stringify({ allowed: [], ...rules }),
  ]);
  const answers: string[] = JSON.parse(stdout);
  return answers;
}

const WAYS = ['download', 'http', 'fetch', 'net', 'netArguments', 'proxy'];
const BY_NAME = ['download', 'http', 'fetch', 'net', 'netArguments'];
const reached = (ways: readonly string[]) => ways.map(() => 'reached');

test('every way reaches an allowed host, and no way reaches a refused host', async () => {
  const address = `http://127.0.0.1:${server.port}/x`;
  expect(await connectIn(WAYS, address, { refused: ['10.0.0.0/8'] })).toEqual(reached(WAYS));
  const refused = await connectIn([...WAYS, 'tls'], address, { refused: ['127.0.0.0/8'] });
  for (const answer of refused) {
    expect(answer).toMatch(/127\.0\.0\.1 may not be reached by jobs/);
    expect(answer).toMatch(/A connection was refused: 127/);
  }
  expect(requests()).toEqual([]);
  expect(
    await connectIn(WAYS, address, { refused: ['127.0.0.0/8'], allowed: ['127.0.0.1'] }),
  ).toEqual(reached(WAYS));
});

test('no way reaches a name that resolves to a refused address', async () => {
  const address = `http://localhost:${server.port}/x`;
  const loopback = ['127.0.0.0/8', '::1'];
  expect(await connectIn(BY_NAME, address, { refused: [] })).toEqual(reached(BY_NAME));
  for (const answer of await connectIn(BY_NAME, address, { refused: loopback }))
    expect(answer).toMatch(/localhost is (127\.0\.0\.1|::1), which may not be reached by jobs/);
  expect(requests()).toEqual([]);
  expect(await connectIn(BY_NAME, address, { refused: loopback, allowed: ['localhost'] })).toEqual(
    reached(BY_NAME),
  );
});

test('a name with another address at each look leads to no refused one', async () => {
  const address = `http://127.0.0.1:${server.port}/x`;
  const [answer = ''] = await connectIn(['changing'], address, { refused: ['127.0.0.1'] });
  expect(answer).toMatch(/^\[300,"connect ECONNREFUSED 127\.1\.0\.1:\d+","desk\.example is/);
  expect(answer).not.toContain('reached"');
  expect(requests()).toEqual([]);
});

test('a redirect to a refused host is not followed', async () => {
  const to = encodeURIComponent(`http://localhost:${server.port}/secret`);
  const address = `http://127.0.0.1:${server.port}/to?${to}`;
  const ways = ['download', 'fetch'];
  expect(await connectIn(ways, address, { refused: [] })).toEqual(reached(ways));
  for (const answer of await connectIn(ways, address, { refused: ['localhost'] }))
    expect(answer).toMatch(/localhost may not be reached/);
  expect(requests()).toEqual([`/to?${to}`, `/to?${to}`]);
});
