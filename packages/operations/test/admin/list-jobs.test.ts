import { forEachStatus } from '@renderdeck/domain';
import { beforeAll, expect, it } from 'vitest';
import { type JobQuery, type JobView, listJobs } from '../../src/index.ts';
import {
  aCancellingJob,
  aCompletedJob,
  aFailedJob,
  aFarm,
  aQueuedJob,
  aRunningJob,
  cancel,
  WHOLE_LIST,
} from '../../testing/index.ts';

const farm = aFarm();
const ALL = WHOLE_LIST;
const ids = (views: readonly JobView[]) => views.map(({ job }) => job.id);
/** The jobs of all pages of a query. */
async function pages(query: JobQuery): Promise<JobView[]> {
  const { views, next } = await listJobs(farm, query);
  expect(views.length).toBeLessThanOrEqual(query.limit);
  return next === null ? [...views] : [...views, ...(await pages({ ...query, place: next }))];
}

beforeAll(async () => {
  const worker = await farm.worker();
  for (let round = 0; round < 4; round += 1) {
    await aRunningJob(farm, { worker });
    await aCancellingJob(farm, { worker });
    await aCompletedJob(farm, { worker });
    await aFailedJob(farm, { worker });
    for (const priority of [10, 90, 50]) await aQueuedJob(farm, { priority });
    await cancel(farm, (await aQueuedJob(farm)).job.id);
  }
  // Several jobs get the same end, so that the id decides their order.
  await farm.sql`
    update jobs set ended_at = date_trunc('second', ended_at) where ended_at is not null`;
});

it('all jobs come once: running (oldest first), queued, then ended (newest first)', async () => {
  const { views, next, counts } = await listJobs(farm, ALL);
  const expected = await farm.sql<{ id: string }[]>`
    select id from jobs order by
      case when lease_expires_at is not null then 1 when queue_key is not null then 2 else 3 end,
      case when lease_expires_at is not null then started_at end, queue_key, ended_at desc, id`;
  expect(ids(views)).toEqual(expected.map(({ id }) => id));
  expect(next).toBeNull();
  expect(counts).toEqual({
    ...{ rendering: 4, cancelling: 4, queued: 12, unconfirmed: 0, open: 0 },
    byStatus: forEachStatus((status) => (status === 'QUEUED' ? 12 : 4)),
  });
});

it.each([1, 3, 7, 31, 32])(
  'pages of %i together give the whole list, every job once',
  async (limit) => {
    expect(ids(await pages({ ...ALL, limit }))).toEqual(ids((await listJobs(farm, ALL)).views));
  },
);

it.each([1, 5, 12])('positions continue from one page of %i to the next', async (limit) => {
  const waiting = await pages({ ...ALL, status: 'QUEUED', limit });
  expect(waiting.map(({ position }) => position)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
});

it.each([
  ['RENDERING', 4],
  ['CANCELLING', 4],
  ['QUEUED', 12],
  ['COMPLETED', 4],
  ['FAILED', 4],
  ['CANCELLED', 4],
] as const)('a filter by status %s holds on every page', async (status, count) => {
  const found = await pages({ ...ALL, status, limit: 3 });
  expect(found.map(({ job }) => job.status)).toEqual(Array.from({ length: count }, () => status));
});

it('active and ended jobs are listed apart; a status of the other list finds none', async () => {
  expect(
    new Set((await pages({ ...ALL, show: 'active', limit: 4 })).map(({ job }) => job.status)),
  ).toEqual(new Set(['RENDERING', 'CANCELLING', 'QUEUED']));
  const ended = await pages({ ...ALL, show: 'ended', limit: 4 });
  expect(ended.length).toBe(12);
  expect((await listJobs(farm, { ...ALL, show: 'ended', status: 'QUEUED' })).views).toEqual([]);
  const first = ended[0]?.job;
  const place = {
    section: 'ended',
    key: String(first?.endedAt?.getTime()),
    id: first?.id ?? '',
  } as const;
  expect(await listJobs(farm, { ...ALL, show: 'active', place })).toMatchObject({
    views: [],
    next: null,
  });
});
