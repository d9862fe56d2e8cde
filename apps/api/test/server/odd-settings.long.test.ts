/*
 * Databases whose own settings differ from what statements and the driver rely on. Each program
 * sets its own at the start of a connection (store's pinned-settings.ts), so that no setting of a
 * database, a role or a server changes an answer.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openFarm, type TestFarm } from '../../testing/open-farm.ts';

const ODD = {
  'German dates': { DateStyle: 'German, DMY', IntervalStyle: 'iso_8601' },
  'SQL dates in India': { DateStyle: 'SQL, DMY', TimeZone: 'Asia/Kolkata' },
  'intervals of the SQL standard': { IntervalStyle: 'sql_standard', DateStyle: 'Postgres' },
  'backslashes and another encoding': {
    standard_conforming_strings: 'off',
    client_encoding: 'LATIN1',
  },
  'another schema and serializable transactions': {
    search_path: 'pg_catalog',
    default_transaction_isolation: 'serializable',
    row_security: 'off',
  },
};
const NAME = "Ünïcode \\' 水";

const accepted = z.object({ job: z.object({ id: z.string(), createdAt: z.string() }) });

let farm: TestFarm;
beforeEach(async () => {
  farm = await openFarm();
});
afterEach(() => farm.close());

test.each(Object.entries(ODD))(
  'a database with %s answers as any other',
  async (_name, settings) => {
    const database = new URL(farm.database.url).pathname.slice(1);
    for (const [name, value] of Object.entries(settings))
      await farm.sql.unsafe(
        `ALTER DATABASE ${database} SET ${name} = ${name === 'search_path' ? value : `'${value}'`}`,
      );
    const api = await farm.serve();
    expect((await api.send(null, 'GET', '/readyz')).body).toEqual({ status: 'ok' });
    const job = { template: { src: 'file:///c/a.aep', composition: 'main' } };
    const submitted = await api.send('sam', 'POST', '/api/jobs', { job, name: NAME });
    expect(submitted).toMatchObject({ status: 201, body: { job: { name: NAME, position: 1 } } });
    const { id, createdAt } = accepted.parse(submitted.body).job;
    expect(Math.abs(Date.now() - Date.parse(createdAt))).toBeLessThan(120_000);
    const prioritised = await api.send('ada', 'PATCH', `/api/jobs/${id}/priority`, {
      priority: 70,
    });
    expect(prioritised).toMatchObject({ status: 200, body: { newPosition: 1 } });
    expect(await api.send('vera', 'GET', '/api/jobs')).toMatchObject({
      status: 200,
      body: { jobs: [{ id, name: NAME, createdAt }] },
    });
    const cancelled = await api.send('ada', 'DELETE', `/api/jobs/${id}`);
    expect(cancelled).toMatchObject({ status: 200, body: { receipt: { outcome: 'cancelled' } } });
    const audit = await api.send('ada', 'GET', '/api/audit');
    expect(audit).toMatchObject({ status: 200 });
    const proof = async () => (await api.send('ada', 'GET', '/api/audit/verify')).body;
    await expect.poll(proof).toMatchObject({ verdict: 'sound', unsealed: { count: 0 } });
  },
);

test('a statement_timeout that strikes is 503 with a time, and has changed nothing', async () => {
  const { job } = await farm.submit();
  const database = new URL(farm.database.url).pathname.slice(1);
  await farm.sql.unsafe(`ALTER DATABASE ${database} SET statement_timeout = 5000`);
  const api = await farm.serve();
  const held = await farm.sql.reserve();
  await held`BEGIN`;
  await held`SELECT FROM jobs WHERE id = ${job.id} FOR UPDATE`;
  const answer = await api.send('ada', 'DELETE', `/api/jobs/${job.id}`);
  expect(answer).toMatchObject({
    status: 503,
    body: { code: 'unavailable', detail: expect.stringContaining('statement_timeout') },
  });
  expect(answer.headers.get('retry-after')).toBe('5');
  await held`ROLLBACK`;
  held.release();
  expect(await api.send('ada', 'DELETE', `/api/jobs/${job.id}`)).toMatchObject({ status: 200 });
});
