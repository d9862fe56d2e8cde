/*
 * How many connections to the database an API holds, and what slow statements delay: no stop
 * request, no sign-in and no health check. PostgreSQL itself counts the connections.
 */
import { waitFor } from '@renderdeck/testing';
import { watchConnections } from '@renderdeck/testing/watch-connections';
import { expect, onTestFinished, test } from 'vitest';
import { apiOfFile, farmOfFile, PASSWORD } from '../../testing/open-farm.ts';
import { holdTable } from './hold-table.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

const answered = async (count: number, ask: () => Promise<{ readonly status: number }>) => {
  const statuses = await Promise.all(
    Array.from({ length: count }, async () => (await ask()).status),
  );
  return [...new Set(statuses)];
};
const untilWaiting = (count: number) =>
  expect
    .poll(
      async () =>
        (
          await farm.sql`select from pg_stat_activity where datname = current_database()
            and application_name like 'test api%' and wait_event_type = 'Lock'`
        ).length,
      { timeout: 30_000 },
    )
    .toBe(count);
const signIn = () =>
  api.send(null, 'POST', '/api/session', { username: 'ada', password: PASSWORD });
const ready = () => api.send(null, 'GET', '/readyz');
const readyOrNull = async () => {
  const answer = await ready();
  return answer.status === 200 ? answer : null;
};

test('an API holds at most eight connections, each with a name', async () => {
  const connections = watchConnections(farm.sql, 'test api');
  onTestFinished(connections.stop);
  const { job } = await farm.submit('Intro');
  const rounds = [
    () => api.send('ada', 'GET', '/api/jobs'),
    () => api.send('ada', 'GET', '/api/audit'),
    () => api.send('ada', 'GET', '/api/measures'),
    () => api.send('ada', 'PATCH', `/api/jobs/${job.id}/priority`, { priority: 60 }),
    () => api.send('ada', 'DELETE', '/api/jobs/00000000-0000-4000-8000-000000000000'),
    () => api.send('ada', 'GET', '/api/hosts'),
    // On a busy machine it may say for a moment that the database answers late.
    () => waitFor(readyOrNull, { withinMs: 30_000 }),
  ];
  const asked = await Promise.all(rounds.map((ask) => answered(20, ask)));
  expect(asked).toEqual([[200], [200], [200], [200], [404], [200], [200]]);
  expect(connections.most()).toEqual({ listen: 1, statements: 4, reads: 2, background: 1 });
});

test('slow reads delay no stop request, no sign-in and no health check', async () => {
  const { job } = await farm.submit('Stopped');
  const release = await holdTable(farm, 'measures');
  // Equal reads share one statement.
  const ranges = ['24h', '7d', '30d'].map((range) => `/api/measures?range=${range}`);
  const slow = Promise.all(ranges.map((path) => api.send('ada', 'GET', path)));
  await untilWaiting(3); // two reads, and the measuring in the background
  expect(await answered(1, () => api.send('ada', 'DELETE', `/api/jobs/${job.id}`))).toEqual([200]);
  expect(await answered(3, signIn)).toEqual([200]);
  expect(await answered(1, ready)).toEqual([200]);
  await release();
  expect((await slow).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('actions that wait for a lock delay no sign-in and no health check', async () => {
  const { job } = await farm.submit('Held');
  const held = await farm.sql.reserve();
  await held`begin`;
  await held`select from jobs where id = ${job.id} for update`;
  const cancels = answered(6, () => api.send('ada', 'DELETE', `/api/jobs/${job.id}`));
  await untilWaiting(3);
  expect(await answered(1, signIn)).toEqual([200]);
  expect(await answered(1, ready)).toEqual([200]);
  expect(await answered(1, () => api.send('ada', 'GET', '/api/jobs'))).toEqual([200]);
  await held`commit`;
  held.release();
  expect(await cancels).toEqual([200]);
});
