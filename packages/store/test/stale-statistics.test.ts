/*
 * Statements that run all the time read by an index also where the statistics of PostgreSQL are of
 * an earlier time, or where there are none: it analyses a table about once a minute, and a busy
 * farm writes much in that time.
 */
import { type TestDatabase, testDatabase } from '@renderdeck/testing';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../src/connect.ts';
import { countEnded, readUnsealed } from '../src/index.ts';
import { recordTexts } from './record-texts.ts';

const BEFORE = 5000;
const AFTER = 5000;

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  sql = openSql(database.url, 1);
  for (const table of ['jobs', 'audit_log', 'audit_seals'])
    await sql`alter table ${sql(table)} set (autovacuum_enabled = false)`;
  await write(BEFORE, false);
  await sql`vacuum analyze jobs`;
  await write(AFTER, true);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** Jobs that wait or have ended, and sealed lines of the audit log. */
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
  const [sent] = texts;
  const rows = await sql.unsafe(`explain ${sent?.text}`, (sent?.values ?? []).map(String));
  return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
}

it('jobs that have ended are counted by status, in the order of the index', async () => {
  const plan = await planOf((db) => countEnded(db));
  expect(plan.match(/Scan using jobs_ended_with_status/g)).toHaveLength(3);
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
