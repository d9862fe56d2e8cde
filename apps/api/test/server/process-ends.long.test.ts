/* The end of an API process: after kill -9 nothing is lost, and SIGTERM ends it in order. */
import { once } from 'node:events';
import { verifyAudit } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { farmOfFile, openFarm } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const farm = farmOfFile();

test('another process writes the count of refusals after kill -9', async () => {
  const own = await openFarm();
  const api = await startApi({ DATABASE_URL: own.database.url, RENDERDECK_LOG_LEVEL: 'silent' });
  await expect
    .poll(
      async () =>
        (await own.sql`SELECT extract(second FROM clock_timestamp()) < 50 AS early`)[0]?.early,
      { timeout: 60_000 },
    )
    .toBe(true);
  for (let count = 0; count < 30; count += 1)
    await fetch(`${api.url}/api/jobs`, { method: 'POST' });
  const counted = async () =>
    (await own.sql`SELECT more FROM refusal_counts WHERE actor_kind = 'anonymous'`)[0]?.more;
  await expect.poll(counted).toEqual({ submitJob: 29 });
  expect(await api.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  await own.sql`UPDATE refusal_counts SET minute = minute - interval '1 minute'`;
  await own.serve();
  const lines = async () =>
    (
      await own.sql`
        SELECT action, after FROM audit_log
        WHERE actor_kind = 'anonymous' AND outcome = 'refused' ORDER BY id`
    ).map(({ action, after }) => [action, after]);
  await expect.poll(lines, { timeout: 60_000 }).toEqual([
    ['submitJob', null],
    ['countRefusals', { since: expect.any(String), submitJob: 29 }],
  ]);
  await own.close();
});

test('SIGTERM answers waiting cancels, closes sockets and leaves no connection', async () => {
  const api = await startApi({ DATABASE_URL: farm.database.url });
  const authorization = `Bearer ${farm.secretOf('ada')}`;
  const { job } = await farm.submit('Runs', 100);
  await farm.worker.claim();
  const page = new WebSocket(`${api.url.replace('http', 'ws')}/trpc`, {
    headers: { authorization },
  });
  const plain = new WebSocket(`${api.url.replace('http', 'ws')}/api/events`, {
    headers: { authorization },
  });
  await Promise.all([once(page, 'open'), once(plain, 'message')]);
  const waiting = fetch(`${api.url}/api/jobs/${job.id}?waitMs=60000`, {
    method: 'DELETE',
    headers: { authorization },
  }).then(async (answer) => ({ status: answer.status, body: await answer.json() }));
  await expect
    .poll(async () => (await farm.sql`SELECT status FROM jobs WHERE id = ${job.id}`)[0]?.status)
    .toBe('CANCELLING');

  const frames: string[] = [];
  plain.on('message', (data) => frames.push(String(data)));
  const lastMessage = once(page, 'message');
  const [pageClosed, plainClosed] = [once(page, 'close'), once(plain, 'close')];
  const ended = api.end();
  expect(JSON.parse(String((await lastMessage)[0]))).toEqual({ id: null, method: 'reconnect' });
  await Promise.all([pageClosed, plainClosed]);
  // Messages of tRPC go to the page only.
  expect(frames.filter((frame) => !frame.startsWith('{"type":'))).toEqual([]);
  expect(await waiting).toMatchObject({
    status: 202,
    body: { receipt: { outcome: 'cancelling', host: 'render-01' } },
  });
  expect(await ended).toEqual({ code: 0, signal: null });
  await expect
    .poll(
      async () =>
        (
          await farm.sql`
            SELECT count(*)::int AS n FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'renderdeck api%'`
        )[0]?.n,
    )
    .toBe(0);
  await farm.worker.acknowledge(job.id);
});

test('SIGTERM ends in time with 60000 unsealed entries, and the seals hold', async () => {
  const long = await openFarm();
  await long.sql`
    insert into audit_log (actor_kind, actor, channel, action, outcome)
    select 'user', 'ada', 'rest', 'login', 'done' from generate_series(1, 60000)`;
  const api = await startApi({
    DATABASE_URL: await long.database.urlAs('renderdeck_api'),
    RENDERDECK_LOG_LEVEL: 'error',
  });
  // No entry is sealed yet: the first poll comes seconds later.
  const sealed = async () =>
    (await long.sql`select count(*)::int as count from audit_seals`)[0]?.count;
  // An end that takes longer than five seconds has code 1 (main.ts).
  expect(await api.end()).toEqual({ code: 0, signal: null });
  expect(await sealed()).toBeGreaterThan(0);
  expect(await sealed()).toBeLessThan(60_000);
  expect(await verifyAudit(long, { anchor: null })).toMatchObject({ broken: null });
  await long.close();
});
