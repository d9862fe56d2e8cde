/*
 * A page of another site can make a browser send the cookie. Its writes and its WebSockets are
 * refused.
 */
import { once } from 'node:events';
import { WRITES } from '@renderdeck/contract';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { apiOfFile, farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

const document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const SOME_ID = '0198a000-0000-7000-8000-000000000001';
const EVIL = { origin: 'https://evil.example' };

test('a write from another site is refused and changes nothing', async () => {
  const session = await api.signIn('ada');
  const { job } = await farm.submit();
  const rest = await api.send(session, 'DELETE', `/api/jobs/${job.id}`, undefined, EVIL);
  expect(rest).toMatchObject({ status: 403, body: { code: 'cross_site' } });
  const trpc = await api.send(session, 'POST', '/trpc/cancelJob', { id: job.id }, EVIL);
  expect(trpc).toMatchObject({
    status: 403,
    body: { error: { data: { problem: { code: 'cross_site' } } } },
  });
  expect(
    await api.send(session, 'DELETE', `/api/jobs/${job.id}`, undefined, { origin: 'null' }),
  ).toMatchObject({ status: 403 });
  const quiet = { 'sec-fetch-site': 'cross-site' };
  expect(await api.send(session, 'POST', '/trpc/cancelJob', { id: job.id }, quiet)).toMatchObject({
    status: 403,
  });
  expect(await farm.sql`SELECT status FROM jobs WHERE id = ${job.id}`).toMatchObject([
    { status: 'QUEUED' },
  ]);
  expect(
    await api.send(session, 'DELETE', `/api/jobs/${job.id}`, undefined, { origin: api.url }),
  ).toMatchObject({ status: 200 });
  const own = { 'sec-fetch-site': 'same-origin' };
  expect(await api.send(session, 'DELETE', `/api/jobs/${job.id}`, undefined, own)).toMatchObject({
    status: 200,
  });
});

test.each(['/trpc', '/api/events'])(
  'a WebSocket from another site to %s is refused before the upgrade',
  async (path) => {
    const session = await api.signIn('vera');
    const evil = api.socket(session, path, EVIL);
    const [, response] = await once(evil, 'unexpected-response');
    response.resume();
    expect(response.statusCode).toBe(403);
    const own = api.socket(session, path, { origin: api.url });
    await once(own, 'open');
    own.terminate();
  },
);

test('every write over REST and tRPC checks the origin, with a token too', async () => {
  const legacy = await farm.serve({ nexrenderApi: true });
  const { paths } = document.parse((await legacy.send(null, 'GET', '/api/openapi.json')).body);
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'get')
      .map((method) => `${method.toUpperCase()} ${path.replaceAll(/[{]\w+[}]/g, SOME_ID)}`),
  );
  expect(routes.length).toBeGreaterThan(5);
  for (const write of [...routes, ...WRITES.map((name) => `POST /trpc/${name}`)]) {
    const [method = '', path = ''] = write.split(' ');
    for (const who of [null, 'ada'] as const) {
      const { status, body } = await legacy.send(who, method, path, {}, EVIL);
      expect([write, status, JSON.stringify(body).includes('"cross_site"')]).toEqual([
        write,
        403,
        true,
      ]);
    }
  }
});

test('another port, another scheme or no address at all is another site', async () => {
  const behind = await farm.serve({ trustProxy: '127.0.0.1' });
  const proxied = { 'x-forwarded-host': 'desk.example', 'x-forwarded-proto': 'https' };
  const from = async (origin: string, headers: Record<string, string> = proxied) =>
    (await behind.send('ada', 'POST', '/api/jobs', { job: NEXRENDER_JOB }, { ...headers, origin }))
      .status;
  expect(await from('https://desk.example')).toBe(201);
  expect(
    await from('https://desk.example', { ...proxied, 'x-forwarded-host': 'desk.example:443' }),
  ).toBe(201);
  for (const other of [
    'http://desk.example',
    'https://desk.example:8443',
    'https://desk.example.evil.example',
    'null',
    'desk.example',
    behind.url,
  ])
    expect([other, await from(other)]).toEqual([other, 403]);
});

test('X-Forwarded-Host counts only from a named proxy', async () => {
  const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', ...EVIL };
  expect(await api.send('ada', 'POST', '/api/jobs', { job: NEXRENDER_JOB }, headers)).toMatchObject(
    { status: 403 },
  );
  const elsewhere = await farm.serve({ trustProxy: '203.0.113.1' });
  expect(
    await elsewhere.send('ada', 'POST', '/api/jobs', { job: NEXRENDER_JOB }, headers),
  ).toMatchObject({ status: 403 });
});

test('a read from another site is answered without a CORS header', async () => {
  const { status, headers } = await api.send('vera', 'GET', '/api/jobs', undefined, EVIL);
  expect(status).toBe(200);
  expect(headers.get('access-control-allow-origin')).toBeNull();
});
