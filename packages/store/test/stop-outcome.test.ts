/*
 * The outcome of a stop and its proof, over generated attempts and awaited hosts. The views, lists,
 * counts, totals, measures, the audit log and webhooks agree with the rules of the domain
 * (deriveCancelReceipt, isProvenStop) and with the test's own reading of the rows. The ids come
 * from a seed, and all else comes from the ids, so each run has the same rows.
 * Long because: all tests compare the same rows.
 */
import {
  CANCEL_OUTCOMES,
  decideStopState,
  isProvenStop,
  type JobView,
  missingReportsOf,
  PROOF_LIMIT_MS,
} from '@renderdeck/domain';
import { beforeAll, expect, it } from 'vitest';
import { measureAttempts, readMeasures, readStopTotals } from '../src/extras.ts';
import { countJobs, findJobViews, listAuditRows, listHostViews, listPlaces } from '../src/index.ts';
import { ALL_JOBS, ALL_LINES, START } from './no-filter.ts';
import { openTestStore } from './open-test-store.ts';

const SEED = 'stop outcome';
const { db, sql } = openTestStore();
const HEARD = new Date('2026-11-25T02:10:03.000Z');
const EARLIER = new Date('2026-11-25T01:00:00.000Z');
let views: readonly JobView[] = [];

beforeAll(async () => {
  await insertJobs();
  await insertAttempts();
  await insertStops();
  views = await findJobViews(
    db,
    (await sql`select id from jobs`).map(({ id }) => String(id)),
  );
});

async function insertJobs(): Promise<void> {
  await sql`
    insert into render_hosts (name, worker_id, host_id, boot_id, pid, start_token, slots, version,
      platform, renderer, stand_in, container, lease_ms, last_heard_at)
    values ('ae-03', gen_random_uuid(), gen_random_uuid(), 'boot', 1, '1', 1, '0.1.0', 'linux',
      'stand-in', true, 'none', 30000, ${HEARD})`;
  // Each status that allows it has jobs with a stop request and jobs without one. Of the requests,
  // each second is older than the time limit for the proof. The others are of the near future, so
  // that the time limit is not over when a slow test ends.
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, attempts, started_at, ended_at,
      stop_requested_at, stop_requested_by, stop_channel, attempt_id, host, lease_expires_at)
    select id, 'random', status, 'sam', 3, 3, now(),
      case when status in ('CANCELLED', 'COMPLETED', 'FAILED') then now() end,
      case when asked then date_trunc('milliseconds', now()) + interval '10 minutes'
        * case when hashtext('late' || id::text) & 1 = 0 then -1 else 1 end end,
      case when asked then 'ada' end, case when asked then 'rest' end,
      md5(id::text || 3)::uuid, 'ae-03',
      case when status in ('RENDERING', 'CANCELLING') then now() end
    from unnest(array['QUEUED', 'RENDERING', 'CANCELLING', 'CANCELLED', 'COMPLETED', 'FAILED'])
        with ordinality as s (status, place)
      cross join generate_series(1, 120) i
      cross join lateral (select md5(${SEED} || status || i)::uuid as id,
        status in ('CANCELLING', 'CANCELLED') or (status = 'COMPLETED' and i % 2 = 0) as asked) a`;
}

async function insertAttempts(): Promise<void> {
  // An attempt is open, confirmed, declared, or declared and confirmed; the last attempt may run.
  // Some earlier attempts are restored. A proof comes up to 20 minutes before or after now.
  await sql`
    insert into attempts (id, job_id, number, host, host_id, host_last_heard_at, worker_id,
      tree_marker, restored, outcome, output, unproven_reason, confirmed_at, declared_at,
      declared_by, declared_reason)
    select md5(j.id::text || number)::uuid, j.id, number, 'ae-03',
      case number when 1 then h.host_id when 2 then gen_random_uuid() end,
      ${EARLIER}, gen_random_uuid(), 'marker', number < 3 and kind % 2 = 0,
      case when number < 3 or j.lease_expires_at is null then 'lost' end,
      case when kind = 1 then 'maybe' else 'none' end, case when kind = 2 then 'Another host.' end,
      case when kind > 3 and not runs then date_trunc('milliseconds', now())
        + hashtext('proof' || j.id::text || number) % 1200000 * interval '1 millisecond' end,
      case when kind in (3, 5) and not runs then now() end,
      case when kind in (3, 5) and not runs then 'ada' end,
      case when kind in (3, 5) and not runs then 'It burned.' end
    from jobs j cross join generate_series(1, 3) number cross join render_hosts h
      cross join lateral (select
        (hashtext(j.id::text || number) & 2147483647) % 9 as kind,
        number = 3 and j.lease_expires_at is not null as runs) k
    where number = 3 or (hashtext(number || j.id::text) & 1) = 0`;
  // Of each third cancelled job, no attempt was asked to stop.
  await sql`
    update jobs set stop_attempt_id = attempt_id where stop_requested_at is not null
      and (status <> 'CANCELLED' or hashtext('asked' || id::text) % 3 <> 0)`;
}

async function insertStops(): Promise<void> {
  // Every second stop awaits two hosts. Each of them has reported, is declared, or is still
  // missing.
  await sql`
    update jobs j set awaited_hosts = (
      select jsonb_agg(jsonb_build_object('host', host, 'hostId', null,
        'reportedAt', case when kind = 0 then date_trunc('milliseconds', now())
          + hashtext('report' || host || j.id::text) % 1200000 * interval '1 millisecond' end,
        'declaration', case when kind = 1
          then jsonb_build_object('by', 'ada', 'at', now(), 'reason', 'It burned.') end))
      from unnest(array['ae-03', 'ae-04']) host cross join lateral (select
        (hashtext(host || j.id::text) & 2147483647) % 4 % 3 as kind) k)
    where stop_requested_at is not null and (hashtext('awaits' || id::text) & 1) = 0`;
  await sql`
    insert into audit_log (actor_kind, actor, channel, action, outcome, job_id)
    select 'user', 'ada', 'rest', 'cancelJob', 'done', id from jobs
    where stop_requested_at is not null`;
}

it('each job has its open attempts, and when the host of each was last heard', async () => {
  const rows = await sql`
    select a.*, h.host_id is distinct from a.host_id and a.host_id is not null as is_other
    from attempts a join render_hosts h on h.name = a.host order by a.number`;
  const expected = (id: string) =>
    rows
      .filter((row) => row.job_id === id && row.outcome !== null)
      .filter((row) => row.confirmed_at === null && row.declared_at === null)
      .map((row) => ({
        number: row.number,
        host: 'ae-03',
        lastHeardAt: row.is_other ? EARLIER : HEARD,
        output: row.output,
        problem: row.unproven_reason,
      }));
  expect(views.filter(({ openAttempts }) => openAttempts.length > 1).length).toBeGreaterThan(20);
  for (const { job, openAttempts } of views) expect(openAttempts).toEqual(expected(job.id));
});

const OPEN = { ...ALL_JOBS, open: true };
const WHOLE = { skip: 0, limit: 500 };

/** Where something of a job may still run, computed from its view alone. */
const mayRunOn = ({ job, openAttempts }: JobView) => [
  ...openAttempts.map(({ host }) => host),
  ...missingReportsOf(job.awaitedHosts).map(({ host }) => host),
];

/** The same, with the host on which it runs; each host once. */
const hostsOf = (view: JobView) =>
  [...new Set([...mayRunOn(view), ...(view.job.lease === null ? [] : ['ae-03'])])].sort();

const byId = (one: { readonly id: string }, other: { readonly id: string }) =>
  one.id < other.id ? -1 : 1;

it('a list of jobs that may still run has all of them and no others', async () => {
  const sections = ['running', 'queued', 'ended'] as const;
  const open = await Promise.all(
    sections.map((section) => listPlaces(db, section, OPEN, START, WHOLE)),
  );
  const expected = views.filter((view) => mayRunOn(view).length > 0);
  expect(new Set(expected.map(({ job }) => job.status)).size).toBe(6);
  const found = open.flat().map(({ id }) => id);
  expect(found.sort()).toEqual(expected.map(({ job }) => job.id).sort());
});

it('a page of jobs that may still run continues after the previous page', async () => {
  const whole = await listPlaces(db, 'queued', OPEN, START, WHOLE);
  const [, , , , place = null] = whole;
  expect(await listPlaces(db, 'queued', OPEN, { ...START, place }, WHOLE)).toEqual(whole.slice(5));
});

it('the counts agree with the views', async () => {
  const cancelled = views.filter(({ job }) => job.status === 'CANCELLED');
  expect(await countJobs(db)).toMatchObject({
    open: views.reduce((sum, view) => sum + mayRunOn(view).length, 0),
    unconfirmed: cancelled.filter((view) => mayRunOn(view).length > 0).length,
  });
});

it('the totals of outcomes agree with the receipts', async () => {
  const { outcomes } = await readStopTotals(db, [10]);
  const count = (outcome: string) =>
    views.filter(({ receipt }) => receipt?.outcome === outcome).length;
  const expected = Object.fromEntries(CANCEL_OUTCOMES.map((outcome) => [outcome, count(outcome)]));
  expect(outcomes).toEqual(expected);
  expect(Math.min(...Object.values(expected))).toBeGreaterThan(0);
});

it('a stop in SQL has the outcome of its receipt, and the hosts on which it may run', async () => {
  const rows = await sql`
    select id, stop_outcome(j) as outcome, may_run_on(j) as hosts from jobs j order by id`;
  const expected = views
    .map((view) => ({
      id: view.job.id,
      outcome: view.receipt?.outcome ?? null,
      hosts: hostsOf(view),
    }))
    .sort(byId);
  expect(rows).toEqual(expected);
});

const isLate = (at: Date) => at.getTime() < Date.now() - PROOF_LIMIT_MS;
const stops = () =>
  views.flatMap(({ job, receipt }) => (receipt === null ? [] : [{ job, receipt }]));

it('a stop in SQL is proven when its receipt says so, and at the same time', async () => {
  const rows = await sql`
    select job_id as id, is_proven, proven_at from stops order by job_id`;
  const expected = stops()
    .map(({ job, receipt }) => ({
      id: job.id,
      is_proven: isProvenStop(receipt),
      proven_at: isProvenStop(receipt) ? receipt.confirmedAt : null,
    }))
    .sort(byId);
  expect(rows).toEqual(expected);
  const kinds = stops().map(({ receipt }) =>
    [
      receipt.outcome,
      isProvenStop(receipt),
      receipt.attempt === null,
      Number(receipt.confirmedAt) > receipt.requestedAt.getTime(),
    ].join(' '),
  );
  expect(new Set(kinds)).toEqual(new Set(KINDS));
});
/** The outcome; is it proven, was no attempt asked, and did the proof come after the request? */
const KINDS = [
  ...['cancelled true true false', 'cancelled true true true'],
  ...['cancelled true false false', 'cancelled true false true'],
  ...['finishedFirst true false false', 'finishedFirst true false true'],
  ...['finishedFirst false false false', 'cancelling false false false'],
  ...['unconfirmed false false false', 'unconfirmed false true false'],
  ...['declared false false false', 'declared false true false'],
];

it('measures and totals have the proofs of the receipts, before and after a fold', async () => {
  const asked = stops().filter(({ receipt }) => receipt.attempt !== null);
  const proven = asked.filter(({ receipt }) => isProvenStop(receipt));
  const unproven = asked.filter(
    ({ receipt }) => !isProvenStop(receipt) && !isLate(receipt.requestedAt),
  );
  const waited = proven.reduce((sum, { receipt }) => sum + Number(receipt.askToProofMs), 0);
  const expected = {
    asked: [asked.length, 0],
    proven: [proven.length, waited],
    unproven: [unproven.length, 0],
  };
  for (const folds of [0, 100]) {
    for (let fold = 0; fold < folds && (await measureAttempts(db)) > 0; fold += 1);
    const rows = await readMeasures(db, DAYS);
    const sums = (name: string) => {
      const own = rows.filter((row) => row.name === name);
      return (['count', 'sumMs'] as const).map((key) =>
        own.reduce((sum, row) => sum + row[key], 0),
      );
    };
    for (const [name, figures] of Object.entries(expected)) expect(sums(name)).toEqual(figures);
    const { askToProof } = await readStopTotals(db, [10]);
    expect([askToProof.count, askToProof.sumMs]).toEqual(expected.proven);
  }
  const [{ left = -1 } = {}] = await sql<{ left: number }[]>`
    select count(*)::int as left from attempts where measured = 0`;
  expect(left).toBe(0);
});
const DAYS = {
  from: new Date(Date.now() - 86_400_000),
  to: new Date(Date.now() + 86_400_000),
  stepMs: 3_600_000,
  endedFrom: new Date(),
};

it('a message to a webhook tells the stop as its receipt', async () => {
  const rows = await sql`select id, message_facts(j)->'stop' as stop from jobs j order by id`;
  const expected = views.map((view) => ({ id: view.job.id, stop: stopFacts(view) })).sort(byId);
  expect(rows).toEqual(expected);
});

function stopFacts(view: JobView) {
  const { receipt } = view;
  if (receipt === null) return null;
  return {
    outcome: receipt.outcome,
    requestedBy: 'ada',
    requestedAt: receipt.requestedAt.toISOString(),
    reason: null,
    mayRunOn: hostsOf(view),
  };
}

it('the audit log shows the state of each stop as its receipt, and finds it by that', async () => {
  const lines = await listAuditRows(db, ALL_LINES, 500);
  const states = new Map(
    stops().map(({ job, receipt }) => [
      job.id,
      decideStopState(receipt, isLate(receipt.requestedAt)),
    ]),
  );
  expect(new Set(lines.map(({ stop }) => stop))).toEqual(
    new Set(['stopping', 'notProven', 'proven']),
  );
  for (const { jobId, stop } of lines) expect(stop).toBe(states.get(jobId ?? ''));
  for (const [result, state] of RESULTS) {
    const found = await listAuditRows(db, { ...ALL_LINES, result }, 500);
    const expected = lines.filter(({ stop }) => stop === state);
    expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  }
});

it('a host has the stops whose proof it still owes', async () => {
  const [host] = await listHostViews(db);
  const stopped = views.filter(({ receipt }) => receipt !== null);
  const owed = stopped.map(
    (view) =>
      mayRunOn(view).filter((name) => name === 'ae-03').length + (view.job.lease === null ? 0 : 1),
  );
  expect(host?.openStops).toBe(owed.reduce((sum, one) => sum + one, 0));
});

const RESULTS = [
  ['done', 'proven'],
  ['stopping', 'stopping'],
  ['notProven', 'notProven'],
] as const;
