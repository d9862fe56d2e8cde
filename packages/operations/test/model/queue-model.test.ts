/*
 * Random acts of several clients and hosts, on the farm and on a small model. After each act the
 * farm equals the model: statuses, order, positions, priorities, versions, and the number of lines
 * in the audit log and of changes. A failure is shown with the fewest acts that still fail.
 */
import { JOB_STATUSES } from '@renderdeck/domain';
import { countQueueFaults } from '@renderdeck/store';
import { SEED } from '@renderdeck/testing/random';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { listJobs } from '../../src/index.ts';
import { aFarm, WHOLE_LIST } from '../../testing/index.ts';
import { type Act, ANY_ACT, type Real } from './queue-acts.ts';
import { QueueModel } from './queue-model.ts';

const farm = aFarm();
const { sql } = farm;
const real: Real = {
  farm,
  workers: [farm.workerOfFile('render-01', 600_000), farm.workerOfFile('render-02', 600_000)],
};
const RUNS = 12;
/** The highest number of repeats until jobs have had each status. Mostly one is enough. */
const MOST_TIMES = 5;
const TIMEOUT_MS = 600_000;
const ACTS = 80;

const clear = () => sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
const lines = async () => {
  const [row] = await sql<{ audited: number; lastChange: string }[]>`
    select (select count(*)::int from audit_log) as audited,
      (select case when is_called then last_value else 0 end::text from job_changes_id_seq)
        as "lastChange"`;
  return { audited: row?.audited ?? 0, changes: Number(row?.lastChange) };
};

it(
  'after each of many random acts the farm equals a small model',
  async () => {
    const seen = new Set<string>();
    const property = fc.asyncProperty(
      fc.array(ANY_ACT, { maxLength: ACTS, size: 'max' }),
      async (acts) => {
        await clear();
        const model = new QueueModel();
        const before = await lines();
        for (const act of acts) {
          await act.run(model, real);
          await compare(model, before, act);
          for (const { status } of model.jobs) seen.add(status);
        }
      },
    );
    for (let times = 0; times < MOST_TIMES && seen.size < JOB_STATUSES.length; times += 1)
      await fc.assert(property, { seed: SEED + times, numRuns: RUNS, includeErrorInReport: true });
    await clear();
    expect([...seen].toSorted()).toEqual(JOB_STATUSES.toSorted());
  },
  TIMEOUT_MS,
);

async function compare(
  model: QueueModel,
  before: Awaited<ReturnType<typeof lines>>,
  { name }: Act,
): Promise<void> {
  const { views, counts } = await listJobs(farm.admin, WHOLE_LIST);
  const found = views.map(({ job, position }) => ({
    ...{ id: job.id, status: job.status, priority: job.priority, version: job.version },
    position,
  }));
  const waiting = model.waiting();
  const expected = model.jobs.map((job) => ({
    ...{ id: job.id, status: job.status, priority: job.priority, version: job.version },
    position: job.status === 'QUEUED' ? waiting.indexOf(job) + 1 : null,
  }));
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  expect(found.toSorted(byId), name).toEqual(expected.toSorted(byId));
  const order = found.filter(({ status }) => status === 'QUEUED').map(({ id }) => id);
  expect(order, name).toEqual(waiting.map(({ id }) => id));
  expect(counts.queued, name).toBe(waiting.length);
  const now = await lines();
  expect([name, now.audited - before.audited, now.changes - before.changes]).toEqual([
    name,
    model.audited,
    model.changes,
  ]);
  expect(await countQueueFaults(farm.db), name).toBe(0);
}
