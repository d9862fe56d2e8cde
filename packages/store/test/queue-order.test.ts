import { compareInQueue, queuePosition as placeByRules, queueKey } from '@renderdeck/domain';
import { sql as statement } from 'drizzle-orm';
import { expect, it } from 'vitest';
import {
  type Database,
  findJobViews,
  insertPriorityEntries,
  type PriorityEntry,
} from '../src/index.ts';
import { openTestStore } from './open-test-store.ts';

const { db, sql } = openTestStore();
type Row = {
  readonly id: string;
  readonly priority: number;
  readonly queueSeq: number;
  readonly key: string;
};

/** Inserts rows directly, because only their order is tested here. */
async function fill(count: number): Promise<readonly Row[]> {
  await sql`truncate jobs cascade`;
  await sql`
    insert into jobs (id, name, priority, submitted_by, max_attempts, queue_seq)
    select gen_random_uuid(), 'random', (random() * 100)::int, 'sam', 3, seq
    from generate_series(1, ${count}) seq order by random()`;
  return await sql<Row[]>`
    select id, priority, queue_seq::int as "queueSeq", queue_key::text as key
    from jobs order by queue_key`;
}
/** Counts as a change of priority does; that change writes the positions into its audit line. */
async function countPositions(tx: Database, keys: PriorityEntry['keys']) {
  const by = { actorKind: 'user', actor: 'ada', channel: 'rest', address: null, requestId: null };
  const entry = {
    ...({ action: 'setPriority', outcome: 'done', code: null, jobId: null, reason: null } as const),
    ...{ before: {}, after: {} },
  };
  const [counted] = await insertPriorityEntries(tx, [{ by, entry, keys }]);
  return counted;
}
const clear = () => sql`truncate jobs cascade`;

it('the order of the table is the order of the rules, for random jobs', async () => {
  const rows = await fill(500);
  expect(rows.map(({ id }) => id)).toEqual([...rows].sort(compareInQueue).map(({ id }) => id));
  expect(rows.map(({ key }) => key)).toEqual(rows.map((row) => queueKey(row).toString()));
  await clear();
});

it('a position equals a count in the same snapshot, and the position by the rules', async () => {
  const rows = await fill(200);
  const [{ wrong } = { wrong: null }] = await sql<{ wrong: number | null }[]>`
    select count(*)::int as wrong from jobs j
    where queue_position(j.queue_key) <>
      1 + (select count(*) from jobs o where o.queue_key < j.queue_key)`;
  expect(wrong).toBe(0);
  for (const row of rows.slice(0, 20)) {
    const moved = { ...row, priority: (row.priority + 37) % 101 };
    const others = rows.filter(({ id }) => id !== row.id);
    // The row has the key `after` in the queue; `before` is the place that another key would have.
    expect(
      await countPositions(db, { before: queueKey(moved), after: queueKey(row) }),
    ).toMatchObject({ before: placeByRules(moved, others), after: placeByRules(row, others) });
  }
  await clear();
});

it('a position includes the writes of its own transaction', async () => {
  const [first, second] = await fill(2);
  if (!first || !second) throw new Error('two jobs');
  await db.begin(async (tx) => {
    const keys = { before: BigInt(second.key), after: BigInt(second.key) };
    expect(await countPositions(tx, keys)).toMatchObject({ before: 2, after: 2 });
    await tx.execute(`delete from jobs where id = '${first.id}'`);
    expect(await countPositions(tx, keys)).toMatchObject({ before: 1, after: 1 });
  });
  await clear();
});

it.each([1, 7, 8, 60])(
  '%s jobs read together have the same positions as alone, and an ended job has none',
  async (count) => {
    const rows = await fill(100);
    const [ended, ...asked] = rows
      .filter((_, index) => index % 2 === 0 || index > 50)
      .slice(0, count + 1);
    await sql`update jobs set status = 'CANCELLED' where id = ${ended?.id ?? null}`;
    const views = await findJobViews(
      db,
      [...asked, ...(count > 1 && ended ? [ended] : [])].map(({ id }) => id),
    );
    const waiting = rows.filter(({ id }) => id !== ended?.id);
    expect(new Map(views.map(({ job, position }) => [job.id, position]))).toEqual(
      new Map([
        ...(count > 1 && ended ? [[ended.id, null] as const] : []),
        ...asked.map((row) => [row.id, waiting.indexOf(row) + 1] as const),
      ]),
    );
    await clear();
  },
);

it('the positions of hundreds of jobs in a long queue cost one count', async () => {
  const rows = await fill(4000);
  const ids = rows.filter((_, index) => index % 5 === 0).map(({ id }) => id);
  const read = await db.begin(async (tx) => {
    const entries = async () => {
      const [row] = await tx.execute(statement`
        select sum(pg_stat_get_xact_tuples_returned(oid))::int as read from (
          select 'jobs'::regclass as oid
          union all select indexrelid from pg_index where indrelid = 'jobs'::regclass) of_jobs`);
      return Number(row?.read);
    };
    const before = await entries();
    expect(await findJobViews(tx, ids)).toHaveLength(ids.length);
    return (await entries()) - before;
  });
  // A separate count for each job would read 1.6 million rows.
  expect(read).toBeLessThan(50_000);
  await clear();
});

it('the last job of a priority runs before the first of the next, at both ends', async () => {
  await sql`
    insert into jobs (id, name, priority, submitted_by, max_attempts, queue_seq)
    select gen_random_uuid(), 'end', p, 'sam', 3, s
    from unnest(array[0, 1, 99, 100]) p, unnest(array[1, 281474976710655]) s`;
  const rows = await sql<
    Row[]
  >`select priority, queue_seq::text::float8 as "queueSeq" from jobs order by queue_key`;
  expect(rows.map(({ priority, queueSeq }) => [priority, queueSeq])).toEqual(
    [100, 99, 1, 0].flatMap((priority) =>
      [1, 281474976710655].map((queueSeq) => [priority, queueSeq]),
    ),
  );
  await clear();
});

it.each([
  [
    'a claim',
    `select id from jobs where queue_key is not null
     order by queue_key limit 1 for update skip locked`,
    'jobs_in_order',
  ],
  ['a position', 'select count(*) from jobs where queue_key < 5', 'jobs_in_order'],
  [
    'the running jobs',
    `select id from jobs where status in ('RENDERING', 'CANCELLING')
     order by started_at, id limit 5`,
    'jobs_running',
  ],
  [
    'the ended jobs',
    'select id from jobs where ended_at is not null order by ended_at desc, id limit 5',
    'jobs_ended',
  ],
  [
    'the newest change of a job',
    `select * from job_changes where job_id = '0198a000-0000-7000-8000-000000000001'
     order by version desc limit 1`,
    'job_changes_job',
  ],
  [
    'the changes since a transaction',
    "select * from job_changes where xid >= '5'::xid8",
    'job_changes_xid',
  ],
])('%s reads its index in order, without a sort', async (_what, statement, index) => {
  const plan = await sql.begin(async (tx) => {
    await tx`set local enable_seqscan = off`;
    await tx`set local enable_bitmapscan = off`;
    return await tx.unsafe(`explain ${statement}`);
  });
  const text = plan.map((line) => line['QUERY PLAN']).join('\n');
  expect(text).toMatch(new RegExp(`Index (Only )?Scan (Backward )?using ${index}`));
  expect(text).not.toContain('Sort');
});
