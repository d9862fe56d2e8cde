/*
 * Changes of priority that come at the same time share a transaction. Each one gets the same as
 * alone: its outcome, its audit line, and positions that are exact at their moment.
 */
import { lockJob, lockQueueOrder, sqlState } from '@renderdeck/store';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, it } from 'vitest';
import {
  claimJob,
  groupPriorityChanges,
  type PriorityChange,
  type PriorityResult,
  setPriority,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  aRunningJob,
  cancel,
  NO_TRACE,
  within,
} from '../../testing/index.ts';
import { changeAtOnce } from './change-at-once.ts';

const farm = aFarm();
const { sql } = farm;
const grouped = groupPriorityChanges(farm.db);
const set = (id: string, priority: number, by = 'ada', expectedVersion: number | null = null) =>
  grouped(aRequestContext(farm.db, by).requestContext, { id, priority, expectedVersion });
const clear = () => sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;

async function waiting(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1)
    ids.push((await aQueuedJob(farm, { priority: (made * 31) % 101 })).job.id);
  return ids;
}
/** The waiting jobs in queue order. */
const queue = async () =>
  await sql<{ id: string; priority: number; queueSeq: number }[]>`
    select id, priority, queue_seq::int as "queueSeq" from jobs where queue_key is not null
    order by queue_key`;

it('twenty changes at once are two transactions, with exact positions and own lines', async () => {
  await farm.worker('idle-01');
  const ids = await waiting(25);
  const changes = ids.slice(0, 20).map((id, index) => ({
    ...{ id, priority: (index * 37 + 5) % 101, by: `user-${index}` },
  }));
  const seen = await farm.trace(() => changeAtOnce(farm, [grouped], changes));
  expect(seen.result.transactions).toBe(2);
  const receipts = seen.result.outcomes.flatMap((one) => (one.ok ? [one.receipt] : []));
  const moved = receipts.filter(({ noop }) => !noop).map(({ changedBy }) => changedBy);
  expect(moved.length).toBeLessThan(20);
  const byUser = (lines: readonly { actor?: unknown }[]) =>
    new Map(lines.map((line) => [line.actor, line]));
  const lines = byUser(seen.audit);
  for (const [index, { priority, position, noop, changedBy }] of receipts.entries())
    expect(lines.get(changedBy)).toMatchObject({
      ...{ action: 'setPriority', outcome: noop ? 'noop' : 'done', jobId: ids[index] },
      before: { priority: priority.before, position: position.before },
      after: { priority: priority.after, position: position.after },
    });
  expect(seen.changes.map(({ actor }) => actor).toSorted()).toEqual(moved.toSorted());
  // One notification with its tags for each moved job.
  expect(seen.notifications).toEqual(moved.map(() => expect.stringMatching(/^queue waits /)));
  await clear();
});

it('changes that come to two servers at once have exact positions', async () => {
  const ids = await waiting(25);
  const servers = [grouped, groupPriorityChanges(farm.db)];
  for (let round = 1; round <= 5; round += 1) {
    // A no-op does not wait for other changes, so each change here is a real one.
    const changes = ids.slice(0, 20).map((id, index) => ({
      ...{ id, priority: (index * 31 + round * 17) % 101, by: `user-${index}` },
    }));
    await changeAtOnce(farm, servers, changes);
  }
  await clear();
});

it('several changes of one job at once run one after the other', async () => {
  const [id = ''] = await waiting(3);
  const outcomes = await Promise.all([10, 20, 20, 30].map((priority) => set(id, priority)));
  expect(outcomes.map((one) => one.ok && [one.receipt.version, one.receipt.noop])).toEqual([
    ...[
      [2, false],
      [3, false],
      [3, true],
      [4, false],
    ],
  ]);
  await clear();
});

it('of two with the same version one wins, and the other gets the winner’s name', async () => {
  const [first = '', id = ''] = await waiting(2);
  const [, , won, lost] = await Promise.all([
    set(first, 7),
    set(first, 8),
    set(id, 80, 'ada', 1),
    set(id, 20, 'eve', 1),
  ]);
  expect(won).toMatchObject({ ok: true, receipt: { version: 2 } });
  expect(lost).toMatchObject({
    rejection: { code: 'staleVersion', actual: 2, change: { by: 'ada' } },
  });
  await clear();
});

it('a change that is rejected has its own rejection, and the other changes succeed', async () => {
  const running = await aRunningJob(farm);
  const ids = await waiting(3);
  const unknown = crypto.randomUUID();
  const outcomes = await Promise.all([
    ...[set(ids[0] ?? '', 1), set(ids[1] ?? '', 2), set(running.id, 3), set(unknown, 4)],
    ...[set(ids[2] ?? '', 500), set(ids[2] ?? '', 5, 'ada', 9)],
  ]);
  expect(outcomes.map((one) => one.ok || one.rejection.code)).toEqual([
    ...[true, true, 'notQueued', 'unknownJob', 'invalidPriority', 'staleVersion'],
  ]);
  await clear();
});

it('a job that another transaction holds delays no other change', async () => {
  const ids = await waiting(4);
  const [first = '', locked = '', ...others] = ids;
  const worker = await farm.worker();
  await setPriority(farm.admin, { id: locked, priority: 100, expectedVersion: null });
  const claim = await holdOpen(farm.db, (tx) => claimJob(within(tx, worker), { leaseMs: 60_000 }));
  const calls = [first, locked, ...others].map((id, index) => set(id, 40 + index));
  const [behind] = calls.splice(1, 1);
  const done = await Promise.all(calls);
  expect(done.every(({ ok }) => ok)).toBe(true);
  await claim.commit();
  expect(await behind).toMatchObject({ rejection: { code: 'notQueued', host: 'render-01' } });
  await clear();
});

it('a value that the database refuses fails only its own change', async () => {
  const ids = await waiting(4);
  const { requestContext: admin } = farm.admin;
  const requestContext = { ...admin, requestId: 'a\u0000b' };
  const changeOf = (id: string): PriorityChange => ({ id, priority: 77, expectedVersion: null });
  const settled = await Promise.allSettled<PriorityResult>([
    ...ids.slice(0, 3).map((id) => set(id, 77)),
    grouped(requestContext, changeOf(ids[3] ?? '')),
  ]);
  expect(settled.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  ]);
  expect((await queue()).filter(({ priority }) => priority === 77)).toHaveLength(3);
  await clear();
});

it.each(['its job', 'the order of the queue'])(
  'a change waits for %s only a limited time, and then changes nothing',
  async (what) => {
    const [id = ''] = await waiting(1);
    const held = await holdOpen(farm.db, async (tx) =>
      what === 'its job' ? await lockJob(tx, id) : await lockQueueOrder(tx),
    );
    const seen = await farm.trace(async () => {
      const change = { id, priority: 66, expectedVersion: null };
      const error = await setPriority(farm.admin, change, 50).catch((reason: unknown) => reason);
      expect(sqlState(error)).toBe('55P03');
    });
    expect(seen).toMatchObject(NO_TRACE);
    await held.rollBack();
    expect(await set(id, 66)).toMatchObject({ ok: true });
    await clear();
  },
);

it('changes that wait for the queue order wait no longer than one change may wait', async () => {
  const ids = await waiting(40);
  const held = await holdOpen(farm.db, (tx) => lockQueueOrder(tx));
  const mostWaitMs = 6000;
  const server = groupPriorityChanges(farm.db, mostWaitMs);
  const { requestContext } = farm.admin;
  const from = performance.now();
  const settled = await Promise.allSettled(
    ids.map((id) => server(requestContext, { id, priority: 66, expectedVersion: null })),
  );
  // There are three groups, of 1, 32 and 7 changes.
  expect(performance.now() - from).toBeLessThan(2 * mostWaitMs);
  const states = settled.map((one) => one.status === 'rejected' && sqlState(one.reason));
  expect(states).toEqual(ids.map(() => '55P03'));
  await held.rollBack();
  await clear();
}, 180_000);

it('a host that skipped a locked job gets a notification about the job', async () => {
  const { job } = await aQueuedJob(farm, {
    nexrenderJob: { template: { src: 'file:///a.aep', composition: 'main' }, tags: 'c4d' },
  });
  const worker = await farm.worker();
  await farm.sql`update render_hosts set tags = '{c4d}' where name = ${worker.host}`;
  const claim = () => claimJob(worker, { leaseMs: 60_000, tags: ['c4d'] });
  const seen = await farm.trace(async () => {
    const change = await holdOpen(farm.db, (tx) =>
      setPriority(within(tx, farm.admin), { id: job.id, priority: 60, expectedVersion: null }),
    );
    expect(await claim()).toMatchObject({ rejection: { code: 'queueEmpty' } });
    await change.commit();
  });
  expect(seen.notifications).toContain(`queue waits ${job.queueSeq}.2 c4d`);
  expect(await claim()).toMatchObject({ job: { jobId: job.id } });
  await cancel(farm, job.id);
  await clear();
});
