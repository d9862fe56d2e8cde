/* What a server answers while it shuts down and waits for its running requests. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { NEXRENDER_JOB, openFarm } from '../../testing/open-farm.ts';
import { holdTable } from '../database/hold-table.ts';

test('new requests are refused with a code and a time; a running one is answered', async () => {
  const farm = await openFarm();
  const api = await farm.serve();
  const waiting = () => farm.sql`
    SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const release = await holdTable(farm, 'api_tokens');
  const running = api.send('ada', 'GET', '/api/tokens');
  await expect.poll(waiting, { timeout: 30_000 }).toMatchObject([{ n: 1 }]);
  const closed = api.close();
  await expect.poll(() => api.server.isClosing()).toBe(true);

  const problem = { code: 'unavailable', detail: expect.stringContaining('shutting down') };
  const socket = api.socket('ada', '/api/events').on('error', () => undefined);
  const [rest, write, trpc, [, upgrade]] = await Promise.all([
    api.send('ada', 'GET', '/api/jobs'),
    api.send('ada', 'POST', '/api/jobs', { job: NEXRENDER_JOB }),
    api.send('ada', 'GET', '/trpc/me'),
    once(socket, 'unexpected-response'),
  ]);
  upgrade.resume();
  expect([rest, write]).toMatchObject([
    { status: 503, body: { ...problem, requestId: rest.headers.get('x-request-id') } },
    { status: 503, body: problem },
  ]);
  expect(trpc).toMatchObject({ status: 503, body: { error: { data: { problem } } } });
  expect(upgrade.statusCode).toBe(503);
  const later = [rest, write, trpc].map(({ headers }) => headers.get('retry-after'));
  expect([...later, upgrade.headers['retry-after']]).toEqual(['5', '5', '5', '5']);

  await release();
  expect((await running).status).toBe(200);
  await closed;
  await farm.close();
});
