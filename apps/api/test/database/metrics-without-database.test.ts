/*
 * Whoever watches the farm must see that the database is away. So /metrics answers without it:
 * with the numbers of the process, with renderdeck_database_up 0, and without any number that
 * only the database knows.
 */
import { readFarmTotals } from '@renderdeck/operations/extras';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { health } from '../../src/plugins/health.ts';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

const ONLY_THE_DATABASE_KNOWS =
  /^(# \w+ )?renderdeck_(jobs|host|open|cancel|stop|audit|queue|time|ask|webhook_messages[{ ])/m;

async function scrape() {
  const { status, body } = await api.send(null, 'GET', '/metrics');
  const text = String(body);
  return { status, text, up: /^renderdeck_database_up (\d)$/m.exec(text)?.[1] };
}

test('without a database /metrics is 200 and has no number of the farm', async () => {
  await farm.submit();
  await farm.signOn('render-a');
  const before = await scrape();
  expect(before).toMatchObject({ status: 200, up: '1' });
  expect(before.text).toMatch(ONLY_THE_DATABASE_KNOWS);

  const [{ name } = { name: '' }] = await farm.sql`SELECT current_database() AS name`;
  const admin = farm.sqlOf('postgres');
  await admin`ALTER DATABASE ${admin(name)} ALLOW_CONNECTIONS false`;
  await admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`;
  // An ended connection may answer once more.
  await expect.poll(async () => (await scrape()).up).toBe('0');
  const away = await scrape();
  expect(away).toMatchObject({ status: 200, up: '0' });
  expect(away.text).not.toMatch(ONLY_THE_DATABASE_KNOWS);
  expect(away.text).toContain('process_cpu_seconds_total');
  expect(away.text).toContain('renderdeck_requests_total{method="GET",route="/metrics"');
  expect(away.text).toContain('renderdeck_listener_reconnects');
  await admin`ALTER DATABASE ${admin(name)} ALLOW_CONNECTIONS true`;
  await admin.end();

  await expect.poll(async () => (await scrape()).up, { timeout: 60_000 }).toBe('1');
  expect((await scrape()).text).toMatch(ONLY_THE_DATABASE_KNOWS);
});

test('a database that does not answer at all holds no health check', async () => {
  const server = fastify();
  let reads = 0;
  await server.register(health, {
    warning: async () => null,
    problem: () => (reads === 0 ? new Promise<never>(() => undefined) : Promise.resolve(null)),
    totals: (boundsMs) => {
      reads += 1;
      return reads === 1
        ? new Promise<never>(() => undefined)
        : readFarmTotals({ db: farm.db }, { boundsMs });
    },
    reconnects: () => 0,
    givenUp: () => 0,
  });
  const ready = await server.inject('/readyz');
  expect([ready.statusCode, ready.json()]).toEqual([
    503,
    { status: 'unavailable', detail: 'The database does not answer.' },
  ]);
  const { statusCode, body } = await server.inject('/metrics');
  expect(statusCode).toBe(200);
  expect(body).toContain('renderdeck_database_up 0');
  expect(body).not.toMatch(ONLY_THE_DATABASE_KNOWS);
  // The read that hangs does not hide that the database answers again.
  expect((await server.inject('/metrics')).body).toContain('renderdeck_database_up 1');
  expect((await server.inject('/readyz')).statusCode).toBe(200);
  await server.close();
});
