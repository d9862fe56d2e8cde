/*
 * Statements that run all the time use an index even if PostgreSQL's statistics are old or missing.
 * PostgreSQL analyses a table about once a minute, and a busy farm writes much in that time.
 */
import { beforeAll, expect, it } from 'vitest';
import type { Database } from '../src/connect.ts';
import {
  changePriorities,
  countEnded,
  findJobViews,
  findUnplacedJobViews,
  readUnsealed,
} from '../src/index.ts';
import { openTestStore } from './open-test-store.ts';
import { explain, recordTexts } from './record-texts.ts';

const BEFORE = 5000;
const AFTER = 5000;
/** So many attempts that the planner prefers reading all of them to looking up a few. */
const ATTEMPTS = 600;

const { sql, store } = openTestStore({ poolSize: 1 });
let waiting: readonly string[];
beforeAll(async () => {
  for (const table of ['jobs', 'attempts', 'audit_log', 'audit_seals'])
    await sql`alter table ${sql(table)} set (autovacuum_enabled = false)`;
  await write(BEFORE, false);
  await sql`vacuum analyze jobs`;
  await write(AFTER, true);
  await sql`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker)
    select gen_random_uuid(), id, 1, 'ae-01', gen_random_uuid(), 'x' from jobs limit ${ATTEMPTS}`;
  waiting = await sql`select id from jobs where status = 'QUEUED' limit 20`.then((rows) =>
    rows.map(({ id }) => String(id)),
  );
});

/** Inserts jobs that wait or have ended, and sealed lines of the audit log. */
async function write(count: number, ended: boolean): Promise<void> {
  await sql`
    insert into jobs (id, name, submitted_by, max_attempts, status, ended_at)
    select gen_random_uuid(), 'promo', 'sam', 3,
      case when ${ended} then 'COMPLETED' else 'QUEUED' end,
      case when ${ended} then now() end from generate_series(1, ${count}::int)`;
  await sql`
    with lines as (
      insert into audit_log (actor_kind, actor, channel, action, outcome)
      select 'user', 'ada', 'trpc', 'setPriority', 'done' from generate_series(1, ${count}::int)
      returning id, xid
    )
    insert into audit_seals (seq, audit_id, hash, sealed_below)
    select id, id, 'x', xid from lines`;
}

/** The plan of the one statement that the call sends. */
async function planOf(call: (db: Database) => Promise<unknown>): Promise<string> {
  const { db, texts } = recordTexts();
  await call(db);
  const [{ text, values } = { text: '', values: [] }] = texts;
  // A connection keeps either a plan for these values or a generic plan.
  const generic = await explain(sql, text, [], '(generic_plan)');
  return `${await explain(sql, text, values)}\n${generic}`;
}

const readings: Readonly<
  Record<string, (db: Database, ids: readonly string[]) => Promise<unknown>>
> = { findJobViews, findUnplacedJobViews, changePriorities: changeAll };
async function changeAll(db: Database, ids: readonly string[]): Promise<void> {
  const moves = (await findJobViews(store.db, ids)).map(({ job }) => ({
    ...{ before: job, after: { ...job, priority: 90, version: job.version + 1 }, actor: 'ada' },
  }));
  expect(moves).toHaveLength(ids.length);
  await changePriorities(db, moves);
}
it.each(Object.keys(readings).flatMap((name) => [1, 20].map((count) => ({ name, count }))))(
  '$name of $count jobs reads neither all jobs nor all attempts',
  async ({ name, count }) => {
    const plan = await planOf(async (db) => readings[name]?.(db, waiting.slice(0, count)));
    expect(plan).toMatch(/jobs_pkey/);
    expect(plan).not.toMatch(/Seq Scan on (jobs|attempts)/);
  },
);

it('ended jobs are counted by status, in the order of the index', async () => {
  const plan = await planOf((db) => countEnded(db));
  expect(plan.match(/Scan using jobs_ended_with_status/g)).toHaveLength(2 * 3);
  expect(plan).not.toMatch(/Seq Scan|Sort/);
});

it('lines without a seal are found without reading all lines or all seals', async () => {
  const [last] = await sql`
    select audit_id as "auditId", sealed_below::text as "sealedBelow" from audit_seals
    order by seq desc limit 1`;
  const { auditId, sealedBelow } = {
    auditId: BigInt(last?.auditId),
    sealedBelow: last?.sealedBelow,
  };
  const plan = await planOf((db) => readUnsealed(db, { auditId, sealedBelow }, 500));
  expect(plan).toMatch(/audit_log_pkey[\s\S]*audit_log_xid/);
  expect(plan).toMatch(/audit_seals_line/);
  expect(plan).not.toMatch(/Seq Scan/);
});
