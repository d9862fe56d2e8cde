/*
 * Other programs depend on these shapes: the lists of jobs, hosts and audit lines, the same over
 * tRPC and REST.
 */
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);
beforeAll(async () => {
  const { job } = await farm.submit('Cancelled');
  await api.send('ada', 'DELETE', `/api/jobs/${job.id}`);
  await farm.submit('Runs', 100);
  await farm.worker.claim();
  await farm.submit('Waits');
});

test('the list with its counts is the same over REST and tRPC, but for its time', async () => {
  const rest = await api.send('vera', 'GET', '/api/jobs?limit=500');
  const listed = await api.trpc('vera').listJobs.query({ limit: 500 });
  expect(rest.body).toEqual({ ...listed, at: expect.any(String) });
  const { jobs, nextCursor, counts } = listed;
  expect(nextCursor).toBeNull();
  expect(counts).toEqual({
    rendering: 1,
    cancelling: 0,
    queued: 1,
    unconfirmed: 0,
    open: 0,
    byStatus: {
      ...{ QUEUED: 1, RENDERING: 1, CANCELLING: 0 },
      ...{ CANCELLED: 1, COMPLETED: 0, FAILED: 0 },
    },
  });
  const cancelled = await api.send('vera', 'GET', '/api/jobs?status=CANCELLED&q=cANc&show=ended');
  expect(cancelled.body).toMatchObject({
    jobs: jobs.filter(({ status }) => status === 'CANCELLED'),
    matching: { count: 1, running: 0, queued: 0, capped: false },
  });
});

test('hosts and audit lines are the same over tRPC and REST', async () => {
  const listed = await api.trpc('vera').listHosts.query();
  const { maxConnections } = z.looseObject({ maxConnections: z.int() }).parse(listed.database);
  const database = expect.objectContaining({ maxConnections });
  // How many connections are open may change between the two calls.
  expect((await api.send('vera', 'GET', '/api/hosts')).body).toEqual({ ...listed, database });
  const readAudit = () => api.send('ada', 'GET', '/api/audit?limit=500');
  // An entry shows its seal when it has one.
  await expect
    .poll(async () => JSON.stringify((await readAudit()).body))
    .not.toContain('"seal":null');
  const audit = await readAudit();
  expect(audit.body).toEqual(await api.trpc('ada').listAudit.query({ limit: 500 }));
});
