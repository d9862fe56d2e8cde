/*
 * What the audit log shows: to which reader, by which filter, with which result of each line, and
 * its holes.
 */
import { type Actor, type AuditResult, actionsOf } from '@renderdeck/domain';
import { beforeEach, expect, it } from 'vitest';
import {
  type AuditQuery,
  cancelJob,
  createToken,
  createUser,
  endApiRun,
  listAudit,
  saveApiBeat,
  setPriority,
} from '../../src/index.ts';
import {
  aCancellingJob,
  aFarm,
  anOpenAttempt,
  aQueuedJob,
  aRequestContext,
  cancel,
  PASSWORD,
} from '../../testing/index.ts';

const farm = aFarm();
const ADA = { kind: 'user', id: '1', name: 'ada', role: 'admin' } as const satisfies Actor;
const ALL: AuditQuery = {
  ...{ actor: null, actions: null, outcome: null, result: null, jobId: null, text: null },
  ...{ entry: null, from: null, to: null, before: null, after: null, limit: 100 },
};
const list = (query: Partial<AuditQuery> = {}, reader: Actor = ADA) =>
  listAudit(farm, reader, { ...ALL, ...query });
const shown = async (query: Partial<AuditQuery>) =>
  (await list(query)).rows.map(({ actor, action, jobName }) =>
    [actor, action, jobName].filter((word) => word !== null).join(' '),
  );

beforeEach(() =>
  farm.sql.begin(async (tx) => {
    // The log is append-only except for this role.
    await tx`set local session_replication_role = replica`;
    await tx`truncate audit_log, audit_seals, api_runs`;
  }),
);

async function insertRefusals(codes: readonly string[]) {
  for (const code of codes)
    await farm.sql`
      insert into audit_log (actor_kind, actor, channel, action, outcome, code)
      values ('user', 'sam', 'rest', 'setPriority', 'refused', ${code})`;
}

it('finds a line by its actor, by the names and the reason in it, and by its job', async () => {
  const { job } = await aQueuedJob(farm, { name: 'spot_0142_final' });
  const other = await aQueuedJob(farm, { name: 'other 100 %' });
  await setPriority(farm.admin, { id: job.id, priority: 70, expectedVersion: null });
  await cancel(farm, other.job.id, 'Wrong_colours');
  await createUser(farm.admin, { name: 'Jonas', role: 'viewer', password: PASSWORD });
  await createToken(farm.admin, { name: 'bot', role: 'viewer', expiresInDays: null });
  expect(await shown({ text: 'SPOT_01' })).toContain('ada setPriority spot_0142_final');
  expect(await shown({ text: job.id.slice(0, 13) })).toContain('ada setPriority spot_0142_final');
  expect(await shown({ text: job.id })).not.toContain('ada cancelJob other 100 %');
  expect(await shown({ text: 'wrong_col' })).toEqual(['ada cancelJob other 100 %']);
  expect(await shown({ text: 'wrongxcol' }), '_ is no wildcard').toEqual([]);
  expect(await shown({ text: '100 %' })).toContain('ada cancelJob other 100 %');
  expect(await shown({ text: 'jona' })).toEqual(['ada createUser']);
  expect(await shown({ actions: actionsOf('changeAccess') })).toEqual([
    'ada createToken',
    'ada createUser',
  ]);
  expect(await shown({ actions: actionsOf('changeAccess'), text: 'bot' })).toEqual([
    'ada createToken',
  ]);
  await farm.sql`delete from jobs where id = ${other.job.id}`;
  const [pruned] = (await list({ text: 'wrong_col' })).rows;
  expect(pruned).toMatchObject({ jobId: other.job.id, jobName: null, stop: null });
});

it('a reader who is not an admin gets only the lines of their own actions', async () => {
  const { job } = await aQueuedJob(farm);
  await setPriority(farm.admin, { id: job.id, priority: 70, expectedVersion: null });
  await cancelJob(aRequestContext(farm.db, 'sam'), { id: job.id, reason: null });
  const sam: Actor = {
    kind: 'user',
    id: '0198a000-0000-7000-8000-000000000002',
    name: 'sam',
    role: 'viewer',
  };
  const lines = async (query = {}, reader: Actor = sam) =>
    (await list(query, reader)).rows.map(({ action }) => action);
  expect(await lines()).toEqual(['cancelJob', 'submitJob']);
  expect(await lines({ actor: 'ada' })).toEqual([]);
  expect(await lines({ text: 'ada' })).toEqual([]);
  expect(await lines({}, { ...sam, kind: 'token' }), 'a token of the same name').toEqual([]);
  expect((await list({ actor: 'sam' }, ADA)).rows).toHaveLength(2);
});

it('a stop has the result notProven until it is proven; a conflict is no refusal', async () => {
  const running = await aCancellingJob(farm);
  const results = async (result: AuditResult) => (await list({ result })).rows.length;
  await insertRefusals(['forbidden', 'stale_version', 'invalid_input']);
  const open = await anOpenAttempt(farm, 'ae-77');
  await cancel(farm, open.id);
  const stops = async () =>
    (await list({ actions: ['cancelJob'] })).rows.map(({ jobId, stop }) => [jobId, stop]);
  expect(await stops()).toEqual([
    [open.id, 'notProven'],
    [running.id, 'stopping'],
  ]);
  expect(await Promise.all((['stopping', 'notProven'] as const).map(results))).toEqual([1, 1]);
  await farm.sql`
    update jobs set stop_requested_at = stop_requested_at - interval '30 seconds'
    where id = ${running.id}`;
  expect(await Promise.all((['stopping', 'notProven'] as const).map(results))).toEqual([0, 2]);
  expect(await Promise.all((['conflict', 'refused'] as const).map(results))).toEqual([1, 2]);
  const done = await results('done');
  await farm.sql`update attempts set confirmed_at = clock_timestamp() where host = 'ae-77'`;
  expect([await results('notProven'), await results('done')]).toEqual([1, done + 1]);
  await farm.sql`
    update jobs set stop_requested_at = clock_timestamp() where id = ${running.id}`;
});

it('pages follow time and id, and `after` gives only newer lines', async () => {
  await insertRefusals(Array.from({ length: 7 }, () => 'forbidden'));
  const first = await list({ limit: 3 });
  const second = await list({ limit: 3, before: first.next });
  const third = await list({ limit: 3, before: second.next });
  const ids = [first, second, third].map(({ rows }) => rows.map(({ id }) => id));
  expect(ids.map((page) => page.length)).toEqual([3, 3, 1]);
  expect(new Set(ids.flat()).size).toBe(7);
  expect(third.next).toBeNull();
  const [head = null] = first.rows;
  expect((await list({ after: head })).rows).toEqual([]);
  await insertRefusals(['forbidden']);
  expect((await list({ after: head })).rows).toHaveLength(1);
});

/** The time from which a test counts, so that its times fit however long it takes. */
let began = new Date();
beforeEach(() => {
  began = new Date();
});
const ago = (seconds: number) => new Date(began.getTime() - seconds * 1000);

/** Inserts a run of an API process that began and ended this many seconds ago. */
async function aRun(started: number, seen: number, { ended }: { ended: boolean }) {
  await farm.sql`
    insert into api_runs (started_at, last_seen_at, ended_at)
    values (${ago(started)}, ${ago(seen)}, ${ended ? ago(seen) : null})`;
}
const holes = async (query: Partial<AuditQuery> = {}) =>
  (await list(query)).holes.map(({ from, to, wasDown }) => [
    Math.round((to.getTime() - from.getTime()) / 1000),
    wasDown,
  ]);

it('a hole is a time in which no server ran, and has a cause only if one is known', async () => {
  expect(await holes(), 'nothing is known before the first run').toEqual([]);
  await aRun(1000, 900, { ended: true });
  expect(await holes(), 'it may be back').toEqual([]);
  await aRun(850, 700, { ended: true });
  await aRun(800, 600, { ended: false });
  expect(await holes(), 'the second of two that overlap is up').toEqual([[50, true]]);
  await aRun(590, 500, { ended: false });
  expect(await holes(), 'shorter than what a beat may be late').toEqual([[50, true]]);
  await aRun(400, 0, { ended: false });
  expect(await holes(), 'nobody knows why it was not heard').toEqual([
    [100, false],
    [50, true],
  ]);
  await farm.sql`
    insert into audit_log (at, actor_kind, actor, channel, action, outcome)
    values (${ago(495)}, 'user', 'sam', 'rest', 'logout', 'done')`;
  expect(await holes(), 'a line was written after the last beat').toEqual([
    [95, false],
    [50, true],
  ]);
  expect(await holes({ to: ago(600) })).toEqual([[50, true]]);
  expect(await holes({ from: ago(600) })).toEqual([[95, false]]);
  const [line] = (await list()).rows;
  expect(await holes({ entry: line?.id ?? 0n })).toEqual([]);
});

it('if a server ends while another is not heard, the hole has no known cause', async () => {
  await aRun(300, 205, { ended: false });
  await aRun(300, 200, { ended: true });
  await aRun(100, 0, { ended: false });
  expect(await holes()).toEqual([[100, false]]);
});

it('a beat continues its run, and begins another after a time without the database', async () => {
  const run = await saveApiBeat(farm.db, null);
  expect(await saveApiBeat(farm.db, run)).toBe(run);
  await farm.sql`update api_runs set last_seen_at = last_seen_at - interval '31 seconds'`;
  const next = await saveApiBeat(farm.db, run);
  expect(next).not.toBe(run);
  await endApiRun(farm.db, next);
  expect(await farm.sql`select ended_at is not null as ended from api_runs order by id`).toEqual([
    { ended: false },
    { ended: true },
  ]);
});
