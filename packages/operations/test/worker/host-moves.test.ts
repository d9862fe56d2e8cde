/*
 * The transitions of a job that a host may write with a login of its own: those of the domain's
 * table, for each pair of statuses. The tests send SQL that the worker never sends.
 */
import { type HostStanding, hostMoves, isRunning, JOB_STATUSES } from '@renderdeck/domain';
import { beforeAll, expect, it } from 'vitest';
import { aFarm, aRunningJob, type RunningJob } from '../../testing/index.ts';

const farm = aFarm();
type Host = Awaited<ReturnType<typeof farm.hostWithLogin>>;
let own: Host;
let other: Host;
let job: RunningJob;
beforeAll(async () => {
  own = await farm.hostWithLogin('ae-01');
  other = await farm.hostWithLogin('ae-02');
  job = await aRunningJob(farm, { worker: own.worker });
});
const back = new Error('as before');

const PAIRS = JOB_STATUSES.flatMap((from) =>
  JOB_STATUSES.filter((to) => to !== from).map((to) => ({ from, to })),
);
type Pair = (typeof PAIRS)[number];

/** Gives the job this status, and makes `ae-01` related to it in this way. */
async function setRelation(standing: HostStanding, from: Pair['from']): Promise<void> {
  const holder = standing === 'holds' ? own : other;
  await farm.sql`update attempts set confirmed_at = null,
    host_login = ${standing === 'claims' ? other.login : own.login} where job_id = ${job.id}`;
  await farm.sql`update jobs set status = ${from}, host_login = ${holder.login},
    lease_expires_at = case when ${isRunning(from)} then now() + interval '1 hour' end,
    stop_requested_at = case when ${from === 'CANCELLING'} then now() end,
    stop_requested_by = case when ${from === 'CANCELLING'} then 'ada' end,
    stop_channel = case when ${from === 'CANCELLING'} then 'trpc' end where id = ${job.id}`;
  await farm.sql`update job_changes set status_after = ${from} where job_id = ${job.id}`;
}

/**
 * Moves the job as a host does: a new version, a line of its history, and the other changes of such
 * a move.
 */
const move = (standing: HostStanding, { from, to }: Pair) => `
  with moved as (
    update jobs set status = '${to}', version = version + 1,
      lease_expires_at = ${isRunning(to) ? LEASE : 'null'},
      ended_at = ${isRunning(to) || to === 'QUEUED' ? 'null' : 'now()'}
      ${to === 'CANCELLING' || to === 'CANCELLED' ? STOP : ''}
      ${standing === 'claims' ? CLAIM : ''}
    where id = '${job.id}' returning *
  ), begun as (
    insert into attempts (id, job_id, number, host, worker_id, tree_marker)
    select attempt_id, id, attempts, host, gen_random_uuid(), 'x' from moved
    where ${standing === 'claims'}
  )
  insert into job_changes (job_id, version, event, status_before, status_after, actor, q_from, q_to)
  select id, version, 'requeue', '${from}', status, 'ae-01',
    case when '${from}' = 'QUEUED' then ((100 - priority)::bigint << 48) | queue_seq end,
    case when status = 'QUEUED' then ((100 - priority)::bigint << 48) | queue_seq end from moved`;
const LEASE = "coalesce(lease_expires_at, now() + interval '1 hour')";
const STOP = `, stop_requested_at = coalesce(stop_requested_at, now()),
  stop_requested_by = coalesce(stop_requested_by, 'ada'),
  stop_channel = coalesce(stop_channel, 'trpc')`;
const CLAIM = `, attempts = attempts + 1, attempt_id = gen_random_uuid(), host = 'ae-01',
  lease_renewals = lease_renewals + 1`;

it.each(['claims', 'holds', 'held'] as const)(
  'a host that %s a job may move it as the table says, and in no other way',
  async (standing) => {
    const done: string[] = [];
    for (const pair of PAIRS) {
      if (standing === 'holds' && !isRunning(pair.from)) continue;
      await setRelation(standing, pair.from);
      const found = await own.sql
        .begin(async (tx) => {
          const { count } = await tx.unsafe(move(standing, pair));
          throw count === 1 ? back : new Error('not seen');
        })
        .catch((error: Error & { code?: string }) => error);
      if (found === back) done.push(`${pair.from}>${pair.to}`);
      else expect(found.code ?? found.message).toMatch(/^(RDHL1|not seen)$/);
    }
    expect(done.sort()).toEqual([...hostMoves()[standing]].sort());
  },
);
