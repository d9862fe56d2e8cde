/*
 * A host that keeps a journal claims only in the incarnation of the database to which it has sent
 * the journal, because the journal may say that the host has completed a job that waits there.
 */
import { openIncarnation } from '@renderdeck/store';
import { afterEach, expect, it } from 'vitest';
import { claimJob, finishAttempt, readIncarnation } from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRunningJob,
  attemptOf,
  aWorker,
  expectDone,
  FAILED,
  NO_TRACE,
  reports,
} from '../../testing/index.ts';

const farm = aFarm();
const own = farm.hostOfFile('render-05');
const HOSTS = [
  ['a host', farm.workerOfFile()],
  ['a host with a login of its own', own.worker],
  ['a host whose row the database has lost', aWorker(farm.db, 'render-09')],
] as const;
afterEach(() => farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`);

async function newIncarnation() {
  await farm.sql`delete from database_incarnations`;
  const unseen = await readIncarnation(farm.db);
  await openIncarnation(farm.db);
  return { unseen, seen: await readIncarnation(farm.db) };
}
const unsent = (incarnation: string) => ({
  ok: false,
  rejection: { code: 'journalUnsent', incarnation },
});

it.each(HOSTS)('%s claims when its journal is sent to this incarnation', async (_who, worker) => {
  const claim = (journalSentTo: string | null, tags: readonly string[] = []) =>
    claimJob(worker, { leaseMs: 30_000, tags, journalSentTo });
  const [one, two, three] = [
    await aQueuedJob(farm),
    await aQueuedJob(farm),
    await aQueuedJob(farm),
  ].map(({ job }) => job.id);
  const first = await readIncarnation(farm.db);
  const trace = await farm.trace(() => claim(null));
  expect(trace).toEqual({ result: unsent(first), ...NO_TRACE });
  expect(await claim(null, ['gpu'])).toEqual(unsent(first));
  expect(await claim(first)).toMatchObject({ ok: true, job: { jobId: one } });
  expect(await claim(first, ['gpu'])).toMatchObject({ ok: true, job: { jobId: two } });

  const { unseen, seen } = await newIncarnation();
  for (const earlier of [first, unseen]) expect(await claim(earlier)).toEqual(unsent(seen));
  expect(await claim(seen)).toMatchObject({ ok: true, job: { jobId: three } });
  expect(await claim(seen)).toEqual({ ok: false, rejection: { code: 'queueEmpty' } });
  expect(await claim(first)).toEqual(unsent(seen));
});

it.each([
  ['no tags', []],
  ['a tag', ['gpu']],
])('an end saved by a host that offers %s claims no next job before', async (_what, tags) => {
  const [[, worker]] = HOSTS;
  const journalSentTo = await readIncarnation(farm.db);
  const running = [await aRunningJob(farm, { worker }), await aRunningJob(farm, { worker })];
  const { job } = await aQueuedJob(farm);
  const { seen } = await newIncarnation();
  const ends = [];
  for (const [index, sentTo] of [journalSentTo, seen].entries()) {
    const attempt = running[index];
    if (attempt === undefined) throw new Error('no attempt');
    const given = { attempt: attemptOf(attempt), reports: reports(), signalled: false };
    const next = { leaseMs: 30_000, tags, journalSentTo: sentTo };
    ends.push(expectDone(await finishAttempt(worker, { ...given, end: FAILED, next })).next);
  }
  expect(ends).toMatchObject([null, { jobId: job.id }]);
});

it('a host without a journal, or with an older worker, claims in each incarnation', async () => {
  const [[, worker]] = HOSTS;
  const { job } = await aQueuedJob(farm);
  await newIncarnation();
  const claimed = await claimJob(worker, { leaseMs: 30_000 });
  expect(claimed).toMatchObject({ ok: true, job: { jobId: job.id } });
});
