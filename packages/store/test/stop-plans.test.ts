/*
 * What reads the proofs of a farm finds the few things without a proof by an index, also among many
 * ended jobs. The tests explain the statements as they are sent.
 */
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../src/connect.ts';
import {
  measureAttempts,
  readFailures,
  readMeasures,
  readQueueNow,
  sampleFarm,
} from '../src/extras.ts';
import { listHostViews } from '../src/index.ts';
import { openTestStore } from './open-test-store.ts';
import { plansOf } from './record-texts.ts';

const ENDED = 20_000;
const RUNNING = 20;

const { sql } = openTestStore();
beforeAll(async () => {
  await sql`
    insert into render_hosts (name, worker_id, host_id, boot_id, pid, start_token, slots, version,
      platform, renderer, stand_in, container, lease_ms)
    select 'ae-' || n, gen_random_uuid(), gen_random_uuid(), 'boot', 1, '1', 1, '0.1.0', 'linux',
      'stand-in', true, 'none', 30000 from generate_series(1, ${RUNNING}::int) n`;
  // Each ended job is proven and measured a week ago. Each tenth of them was cancelled.
  await sql`
    insert into jobs (id, name, submitted_by, max_attempts, attempts, status, host, attempt_id,
      ended_at, started_at, stop_requested_at, stop_requested_by, stop_channel, stop_attempt_id,
      lease_expires_at)
    select md5('job' || n)::uuid, 'promo', 'sam', 3, 1,
      case when runs then 'CANCELLING' when n % 10 = 0 then 'CANCELLED' else 'COMPLETED' end,
      'ae-' || 1 + n % ${RUNNING}::int, id, case when not runs then at end, at,
      case when asked then at end, case when asked then 'ada' end, case when asked then 'rest' end,
      case when asked then id end, case when runs then now() + interval '1 hour' end
    from generate_series(1, ${ENDED + RUNNING}::int) n cross join lateral (select
      md5('attempt' || n)::uuid as id, n > ${ENDED} as runs, n > ${ENDED} or n % 10 = 0 as asked,
      now() - interval '7 days' as at) of_job`;
  await sql`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, ended_at,
      confirmed_at, measured)
    select attempt_id, id, 1, host, gen_random_uuid(), 'x',
      case when ended_at is not null then 'completed' end, ended_at, ended_at,
      case when ended_at is not null then 64 else 0 end from jobs`;
  await sql`vacuum analyze jobs, attempts`;
});

const LONG_AGO = new Date(Date.now() - 30 * 86_400_000);
const FROM = new Date(Date.now() - 86_400_000);
const DAY = { from: FROM, to: new Date(), stepMs: 3_600_000, endedFrom: FROM };

it.each<[string, (db: Database) => Promise<unknown>, RegExp]>([
  ['the list of hosts', listHostViews, /attempts_unproven[\s\S]*jobs_awaiting[\s\S]*jobs_running/],
  ['the measures', (db) => readMeasures(db, DAY), /attempts_unmeasured/],
  ['the fold of the measures', measureAttempts, /attempts_unmeasured/],
  ['the failures', (db) => readFailures(db, LONG_AGO), /jobs_failed_for|jobs_ended_with_status/],
  ['the queue now', readQueueNow, /jobs_in_order/],
  ['a sample', sampleFarm, /jobs_in_order/],
])('%s reads what has no proof by an index', async (_what, call, index) => {
  const [plan] = await plansOf(sql, call);
  expect(plan).toMatch(index);
  expect(plan).not.toMatch(/Seq Scan on (?:jobs|attempts)/);
});
