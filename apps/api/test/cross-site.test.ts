/* A page of another site may send a browser's cookie along: its writes and its WebSockets are refused, whatever they would do. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFarm, type TestApi, type TestFarm } from './serve-api.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
});
afterAll(() => farm.close());

const EVIL = { origin: 'https://evil.example' };

test('a write from another site is refused over REST and tRPC and changes nothing; from this one it passes', async () => {
  const session = await api.signIn('ada');
  const { job } = await farm.submit();
  const rest = await api.send(session, 'DELETE', `/api/jobs/${job.id}`, undefined, EVIL);
  expect(rest).toMatchObject({ status: 403, body: { code: 'cross_site' } });
  const trpc = await api.send(session, 'POST', '/trpc/cancelJob', { id: job.id }, EVIL);
  expect(trpc).toMatchObject({ status: 403, body: { error: { data: { problem: { code: 'cross_site' } } } } });
  expect(await api.send(session, 'DELETE', `/api/jobs/${job.id}`, undefined, { origin: 'null' })).toMatchObject({ status: 403 });
  expect(await farm.sql`SELECT status FROM jobs WHERE id = ${job.id}`).toMatchObject([{ status: 'QUEUED' }]);
  expect(await api.send(session, 'DELETE', `/api/jobs/${job.id}`, undefined, { origin: api.url })).toMatchObject({ status: 200 });
});

test.each(['/trpc', '/api/events'])(
  'a WebSocket from another site to %s is refused before the upgrade; from this one it opens',
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

test('reads from anywhere are answered, without a word that lets another site see them', async () => {
  const { status, headers } = await api.send('vera', 'GET', '/api/jobs', undefined, EVIL);
  expect(status).toBe(200);
  expect(headers.get('access-control-allow-origin')).toBeNull();
});
