/*
 * Each filter of the audit log is read by an index and stops at the end of the page. The tests
 * explain the real statements, with the values that were sent.
 */
import { actionsOf } from '@renderdeck/domain';
import { beforeAll, expect, it } from 'vitest';
import { databaseOf, type Send } from '../src/connect.ts';
import { type AuditFilter, listAuditRows } from '../src/index.ts';
import { ALL_LINES } from './no-filter.ts';
import { openTestStore } from './open-test-store.ts';
import { explain } from './record-texts.ts';

const LINES = 50_000;
const { sql, store } = openTestStore({ poolSize: 1 });
beforeAll(async () => {
  await sql`
    insert into jobs (id, name, submitted_by, max_attempts)
    select gen_random_uuid(), 'spot_' || n || case when n = 77 then ' rare cut' else '' end,
      'sam', 3 from generate_series(1, 1000) n`;
  await sql`
    insert into audit_log (at, actor_kind, actor, channel, action, outcome, code, job_id, reason)
    select clock_timestamp() - (${LINES} - n) * interval '1 second', 'user',
      case when n % 5000 = 7 then 'rare' else 'user-' || n % 20 end, 'trpc',
      case when n % 20000 = 9 then 'createUser' when n % 3 = 0 then 'cancelJob'
        else 'setPriority' end,
      case when n % 1000 = 3 then 'refused' else 'done' end,
      case when n % 1000 = 3 then 'forbidden' end,
      ids[1 + n % 1000],
      case when n % 10000 = 5 then 'wrong version of the logo' end
    from generate_series(1, ${LINES}) n, (select array_agg(id) as ids from jobs) j`;
  // With this target the sample is the whole table, so the planner has the same statistics in each
  // run.
  await sql`set default_statistics_target = 200`;
  await sql`analyze`;
});

/** The plans of the statements, after they ran. */
async function planOf(filter: Partial<AuditFilter>): Promise<string> {
  const sent: { query: string; params: unknown[] }[] = [];
  const recording: Send = (query, params, sending) => {
    sent.push({ query, params });
    return store.db.send(query, params, sending);
  };
  const rows = await listAuditRows(databaseOf(recording, store.db.begin), filterOf(filter), 101);
  expect(rows.length, JSON.stringify(filter)).toBeGreaterThan(0);
  const plans: string[] = [];
  for (const { query, params } of sent)
    plans.push(await explain(sql, query, params, '(analyze, timing off)'));
  return plans.join('\n');
}
const filterOf = (filter: Partial<AuditFilter>): AuditFilter => ({ ...ALL_LINES, ...filter });
const half = () => new Date(Date.now() - (LINES / 2) * 1000);

it.each<[string, () => Partial<AuditFilter>, RegExp]>([
  ['no filter', () => ({}), /audit_log_at/],
  ['a time long ago', () => ({ to: half() }), /audit_log_at/],
  ['a rare name', () => ({ actor: { name: 'rare', kind: null, id: null } }), /audit_log_actor_at/],
  [
    "a user's own lines",
    () => ({ actor: { name: 'rare', kind: 'user', id: '0198a000-0000-7000-8000-000000000009' } }),
    /audit_log_actor_at/,
  ],
  ['rare actions', () => ({ actions: actionsOf('changeAccess') }), /audit_log_action_at/],
  ['refusals', () => ({ result: 'refused' }), /audit_log_refused|audit_log_at/],
  ['a reason', () => ({ text: 'version of the' }), /audit_log_trigrams/],
  ['a job by its name', () => ({ text: 'rare cut' }), /jobs_search_queued[\s\S]*audit_log_job_at/],
  ['a text of many lines', () => ({ text: 'user-1' }), /audit_log_at[\s\S]*CTE Scan on near/],
])('%s reads no more than it needs', async (_what, filter, index) => {
  const plan = await planOf(filter());
  expect(plan).toMatch(index);
  expect(plan).not.toMatch(/Seq Scan on audit_log/);
});

it.each(['rare cut', 'version of the', 'user-1', 'VERSION OF', 'no such text', 'ar', '77'])(
  'a search in the newest lines and a search by the index give the same lines: %s',
  async (text) => {
    const expected = await sql<{ id: string }[]>`
      select l.id::text from audit_log l join jobs j on j.id = l.job_id
      where concat(actor, ' ', reason, ' ') ilike ${`%${text}%`} or j.name ilike ${`%${text}%`}
      order by l.at desc, l.id desc limit 101`;
    const found = await listAuditRows(store.db, filterOf({ text }), 101);
    expect(found.map(({ id }) => String(id))).toEqual(expected.map(({ id }) => id));
  },
);
