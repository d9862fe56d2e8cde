/*
 * Eight clients and hosts at once, each with many random acts on the same jobs. No act throws, and
 * at the end the queue is consistent. RENDERDECK_ACTS is the number of acts of each; 5000 take some
 * minutes.
 */
import { JOB_STATUSES, MOST_COUNTED } from '@renderdeck/domain';
import { countQueueFaults } from '@renderdeck/store';
import { randomOf, SEED } from '@renderdeck/testing/random';
import { expect, it } from 'vitest';
import {
  type AdminContext,
  acknowledgeStop,
  cancelJob,
  claimJob,
  finishAttempt,
  groupPriorityChanges,
  keepQueueCounts,
  listJobs,
  type OwnedJob,
  releaseAttempt,
} from '../../src/index.ts';
import {
  aFarm,
  aQueuedJob,
  aRequestContext,
  attemptOf,
  FAILED,
  recoverExpired,
  reports,
  WHOLE_LIST,
} from '../../testing/index.ts';

const CLIENTS = 8;
/** How many changes of priority some acts send at the same time. */
const AT_ONCE = 20;
const ACTS = Number(process.env.RENDERDECK_ACTS ?? 100);
const farm = aFarm();
const { sql } = farm;

/** The groups of two API servers. */
const servers = [groupPriorityChanges(farm.db), groupPriorityChanges(farm.db)];

const { between } = randomOf(SEED);
const random = (below: number) => between(0, below - 1);

async function change(
  client: number,
  { requestContext }: AdminContext,
  count: number,
  ids: readonly string[],
): Promise<void> {
  const set = servers[client % servers.length];
  await Promise.all(
    Array.from({ length: count }, () => {
      const id = ids[random(ids.length)] ?? '';
      return set?.(requestContext, { id, priority: random(101), expectedVersion: null });
    }),
  );
}

/** One client, which is also a host, does `ACTS` acts on the jobs that all clients know. */
async function work(number: number, ids: string[]): Promise<void> {
  const host = await farm.worker(`render-${number}`, 600_000);
  const admin = aRequestContext(farm.db, `user-${number}`);
  const held: OwnedJob[] = [];
  const lease = () => ({ leaseMs: random(4) === 0 ? 0 : 600_000 });
  const end = async (job: OwnedJob) => {
    // With the job as the host knows it, or after a read; alone, or with the next claim.
    const attempt = random(2) === 0 ? job : attemptOf(job);
    const next = random(2) === 0 ? null : lease();
    const ways = [
      () => acknowledgeStop(host, { attempt, reports: reports(), next }),
      () => releaseAttempt(host, { attempt, reports: reports(), why: 'Shut down.' }),
      () =>
        finishAttempt(host, {
          ...{ attempt, signalled: false, reports: reports(), next },
          end: FAILED,
        }),
    ];
    const ended = await ways[random(ways.length)]?.();
    if (ended?.ok && ended.next !== null) held.push(ended.next);
  };
  for (let act = 0; act < ACTS; act += 1) {
    const id = ids[random(ids.length)] ?? '';
    const turn = random(20);
    if (turn < 6) ids.push((await aQueuedJob(farm, { priority: random(4) * 30 })).job.id);
    else if (turn < 9) await cancelJob(admin, { id, reason: null });
    else if (turn < 14) await change(number, admin, turn === 13 ? AT_ONCE : 1, ids);
    else if (turn < 17) {
      const claimed = await claimJob(host, lease());
      if (claimed.ok) held.push(claimed.job);
    } else if (turn < 19) {
      const job = held.shift();
      if (job !== undefined) await end(job);
    } else if (random(2) === 0) await keepQueueCounts(farm);
    else await recoverExpired(farm);
  }
}

it('with eight clients at once, each job has one place, and every count is right', async () => {
  const ids = [(await aQueuedJob(farm)).job.id];
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => work(number, ids)));

  const rows = await sql<{ id: string; position: number }[]>`
    select id, queue_position(queue_key)::int as position from jobs
    where queue_key is not null order by queue_key`;
  expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
  const [number] = await sql`select count(*)::int as jobs from jobs`;
  expect(number).toEqual({ jobs: ids.length });
  const byStatus = await sql<{ status: string; count: number }[]>`
    select status, count(*)::int from jobs group by status`;
  const { counts } = await listJobs(farm.admin, { ...WHOLE_LIST, limit: 1 });
  expect(counts.byStatus).toEqual(
    Object.fromEntries(
      JOB_STATUSES.map((name) => [
        name,
        Math.min(MOST_COUNTED, byStatus.find(({ status }) => status === name)?.count ?? 0),
      ]),
    ),
  );
  // Each running attempt holds a job, and each held job has a running attempt.
  const [twice] = await sql`
    select count(*)::int as count from attempts a join jobs j on j.id = a.job_id
    where (a.outcome is null) <> (j.attempt_id = a.id and j.lease_expires_at is not null)`;
  expect(twice).toEqual({ count: 0 });
  // Folding the changes and a recount give the same positions.
  expect(await countQueueFaults(farm.db)).toBe(0);
  await keepQueueCounts(farm);
  expect(await countQueueFaults(farm.db)).toBe(0);
  const [recounted] = await sql`
    select queue_recount(), queue_length()::int as length`;
  expect(recounted).toMatchObject({ length: rows.length });
}, 3_600_000);
