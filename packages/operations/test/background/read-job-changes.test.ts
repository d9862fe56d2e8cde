import { databaseOf } from '@renderdeck/store/connect';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import { cancelJob, claimJob, readJobChanges, setPriority } from '../../src/index.ts';
import { aFarm, aQueuedJob, aRunningJob, cancel, within } from '../../testing/index.ts';

const farm = aFarm();
const A_CURSOR = /^\d+-1-\d+-\d+-\d+\/\d+:\d+:/;
const start = async () => (await readJobChanges(farm, { cursor: null })).cursor;
const eventsOf = ({ changes }: Awaited<ReturnType<typeof readJobChanges>>) =>
  changes.map(({ change }) => [change.jobId, change.event]);

it('a read without a cursor returns only a cursor to start from', async () => {
  await aQueuedJob(farm);
  expect(await readJobChanges(farm, { cursor: null })).toEqual({
    cursor: expect.stringMatching(A_CURSOR),
    gap: false,
    changes: [],
  });
});

it('changes since a cursor come in the order written, with the current job', async () => {
  const from = await start();
  const { job } = await aQueuedJob(farm, { priority: 90 });
  await setPriority(farm.admin, { id: job.id, priority: 95, expectedVersion: null });
  await cancel(farm, job.id, 'typo');
  const read = await readJobChanges(farm, { cursor: from });
  expect(read.gap).toBe(false);
  expect(eventsOf(read)).toEqual(
    ['submit', 'setPriority', 'cancelQueued'].map((event) => [job.id, event]),
  );
  const [row] = await farm.sql`select at from job_changes where job_id = ${job.id} and version = 3`;
  expect(read.changes[2]).toMatchObject({
    change: {
      version: 3,
      statusBefore: 'QUEUED',
      statusAfter: 'CANCELLED',
      actor: 'ada',
      at: row?.at.toISOString(),
    },
    view: { job: { status: 'CANCELLED', version: 3 }, receipt: { outcome: 'cancelled' } },
  });
  expect(read.changes[0]?.view).toBe(read.changes[2]?.view);
  expect(await readJobChanges(farm, { cursor: read.cursor })).toMatchObject({ changes: [] });
});

it('one answer without the job of a change does not lose the change', async () => {
  const from = await start();
  const { job } = await aQueuedJob(farm);
  let answers = 0;
  const failsOnce = databaseOf(async (...sent) => {
    const rows = await farm.db.send(...sent);
    if (!sent[0].includes('from "jobs"')) return rows;
    answers += 1;
    return answers === 1 ? [] : rows;
  }, farm.db.begin);
  const read = await readJobChanges({ db: failsOnce }, { cursor: from });
  expect(eventsOf(read)).toEqual([[job.id, 'submit']]);
});

it('a late commit is not missed, and no change comes twice, in any order of commits', async () => {
  const from = await start();
  const [a, b, c] = [await aQueuedJob(farm), await aQueuedJob(farm), await aQueuedJob(farm)];
  const slow = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: a.job.id, reason: null }),
  );
  const slower = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: b.job.id, reason: null }),
  );
  await cancel(farm, c.job.id);
  const first = await readJobChanges(farm, { cursor: from });
  expect(eventsOf(first)).toEqual([
    ...[a, b, c].map(({ job }) => [job.id, 'submit']),
    [c.job.id, 'cancelQueued'],
  ]);
  await slower.commit();
  const second = await readJobChanges(farm, { cursor: first.cursor });
  expect(eventsOf(second)).toEqual([[b.job.id, 'cancelQueued']]);
  const d = await aQueuedJob(farm);
  const third = await readJobChanges(farm, { cursor: second.cursor });
  expect(eventsOf(third)).toEqual([[d.job.id, 'submit']]);
  await slow.commit();
  const fourth = await readJobChanges(farm, { cursor: third.cursor });
  expect(eventsOf(fourth)).toEqual([[a.job.id, 'cancelQueued']]);
  expect(eventsOf(await readJobChanges(farm, { cursor: fourth.cursor }))).toEqual([]);
});

it('a change that is rolled back never comes', async () => {
  const from = await start();
  const { job } = await aQueuedJob(farm);
  const cancelling = await holdOpen(farm.db, (tx) =>
    cancelJob(within(tx, farm.admin), { id: job.id, reason: null }),
  );
  const { cursor } = await readJobChanges(farm, { cursor: from });
  await cancelling.rollBack();
  expect(eventsOf(await readJobChanges(farm, { cursor }))).toEqual([]);
});

it('a change of a job that was deleted since is left out', async () => {
  const from = await start();
  const { job } = await aQueuedJob(farm);
  await cancel(farm, job.id);
  const kept = await aQueuedJob(farm);
  await farm.sql`delete from jobs where id = ${job.id}`;
  expect(eventsOf(await readJobChanges(farm, { cursor: from }))).toEqual([[kept.job.id, 'submit']]);
});

it('a reader gets every change once while many writers write', async () => {
  const [{ before } = { before: '0' }] = await farm.sql<
    { before: string }[]
  >`select max(id) as before from job_changes`;
  let cursor = await start();
  const worker = await farm.worker();
  const received: (readonly [string, number])[] = [];
  const read = async () => {
    const next = await readJobChanges(farm, { cursor });
    cursor = next.cursor;
    received.push(...next.changes.map(({ change }) => [change.jobId, change.version] as const));
  };
  let writing = true;
  const reading = (async () => {
    while (writing) await read();
  })();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let round = 0; round < 10; round += 1) {
        const { job } = await aQueuedJob(farm);
        await Promise.all([
          setPriority(farm.admin, { id: job.id, priority: round, expectedVersion: null }),
          claimJob(worker, { leaseMs: 30_000 }),
        ]);
        await cancel(farm, job.id);
      }
    }),
  );
  writing = false;
  await reading;
  await read();
  const made = await farm.sql<
    { id: string; version: number }[]
  >`select job_id as id, version from job_changes where id > ${before}`;
  const inOrder = (changes: readonly (readonly [string, number])[]) =>
    changes.map(([id, version]) => `${id} ${version}`).sort();
  expect(inOrder(received)).toEqual(inOrder(made.map(({ id, version }) => [id, version])));
});

it('a running job comes with its progress and host', async () => {
  const from = await start();
  const running = await aRunningJob(farm);
  const read = await readJobChanges(farm, { cursor: from });
  expect(read.changes.at(-1)).toMatchObject({
    change: { event: 'claim', actor: 'render-01' },
    view: { job: { id: running.id }, host: 'render-01' },
  });
});

it('text that is no cursor is a gap, and so is a snapshot without an incarnation', async () => {
  const [, snapshot] = (await start()).split('/');
  for (const nonsense of ['', 'yesterday', '1:2', "1:1:'; drop table jobs; --", `${snapshot}`]) {
    const read = await readJobChanges(farm, { cursor: nonsense });
    expect(read).toMatchObject({ gap: true, changes: [] });
    expect(read.cursor).toMatch(A_CURSOR);
  }
});

it('a cursor ahead of this database gives a gap', async () => {
  const [incarnation, snapshot] = (await start()).split('/');
  const end = BigInt(snapshot?.split(':')[1] ?? '');
  await aQueuedJob(farm);
  for (const ahead of [end + 50n, 2n ** 60n + 1n])
    expect(await readJobChanges(farm, { cursor: `${incarnation}/${end}:${ahead}:` })).toMatchObject(
      {
        gap: true,
        changes: [],
      },
    );
});

it.each([
  '5:3:',
  '1:9:8,7',
  '1:9:9',
  '1:5:7',
  '0:5:',
  '4294967296:4294967297:',
  '99999999999999999999:99999999999999999999:',
])('an invalid cursor (%s) gives a gap, not an error', async (snapshot) => {
  const [incarnation] = (await start()).split('/');
  expect(await readJobChanges(farm, { cursor: `${incarnation}/${snapshot}` })).toMatchObject({
    gap: true,
    changes: [],
  });
});

it.each([
  ['another cluster', /^\d+/],
  ['another timeline', /(?<=^\d+-)1/],
  ['another database', /(?<=^\d+-1-)\d+/],
  ['another table', /(?<=^\d+-1-\d+-)\d+/],
  ['an earlier restore of the same backup', /\d+(?=\/)/],
])('a cursor of %s gives a gap, once', async (_what, part) => {
  const from = (await start()).replace(part, '7');
  await aQueuedJob(farm);
  const read = await readJobChanges(farm, { cursor: from });
  expect(read).toMatchObject({ gap: true, changes: [] });
  await aQueuedJob(farm);
  expect(await readJobChanges(farm, { cursor: read.cursor })).toMatchObject({
    gap: false,
    changes: [{ change: { event: 'submit' } }],
  });
});
