/*
 * Other programs depend on these shapes: the lists of jobs, hosts and audit lines, the same over
 * tRPC and REST.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFarm, type TestApi, type TestFarm } from './serve-api.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
  const { job } = await farm.submit('Cancelled');
  await api.send('ada', 'DELETE', `/api/jobs/${job.id}`);
  await farm.submit('Runs', 100);
  await farm.worker.claim();
  await farm.submit('Waits');
});
afterAll(() => farm.close());

test('the list is {jobs, nextCursor} over REST, and tRPC adds the counts', async () => {
  const rest = await api.send('vera', 'GET', '/api/jobs?limit=500');
  const { jobs, nextCursor, counts } = await api.trpc('vera').listJobs.query({ limit: 500 });
  expect(rest.body).toEqual({ jobs, nextCursor });
  expect(nextCursor).toBeNull();
  expect(counts).toEqual({
    rendering: 1,
    cancelling: 0,
    queued: 1,
    unconfirmed: 0,
    open: 0,
  });
  expect((await api.send('vera', 'GET', '/api/jobs?status=CANCELLED')).body).toEqual({
    jobs: jobs.filter(({ status }) => status === 'CANCELLED'),
    nextCursor: null,
  });
});

test('hosts and audit lines are the same over tRPC and REST', async () => {
  expect((await api.send('vera', 'GET', '/api/hosts')).body).toEqual(
    await api.trpc('vera').listHosts.query(),
  );
  const readAudit = () => api.send('ada', 'GET', '/api/audit?limit=500');
  // An entry shows its seal when it has one.
  await expect
    .poll(async () => JSON.stringify((await readAudit()).body))
    .not.toContain('"seal":null');
  const audit = await readAudit();
  expect(audit.body).toEqual(await api.trpc('ada').listAudit.query({ limit: 500 }));
});
