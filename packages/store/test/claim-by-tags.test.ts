/*
 * Which host may claim which job: a host that offers all tags of the job, in queue order. A claim
 * does not read jobs with other sets of tags one by one, however many are before it.
 */
import { openSql, type Sql } from '@renderdeck/testing/open-sql';
import { sql as sqlOf } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, expect, it } from 'vitest';
import { nextTagged, nextUntagged } from '../src/statements/jobs/next-for-host.ts';
import { openTestStore } from './open-test-store.ts';

const HOST_ID = '00000000-0000-4000-8000-000000000001';
const IN_FRONT = 3000;
const { database, sql } = openTestStore();
const other = openSql(database.url, 1);
afterAll(() => other.end());

const queue = (tags: string, count = 1, by = sql) => by`
  insert into jobs (id, name, submitted_by, max_attempts, tags)
  select gen_random_uuid(), ${tags}, 'sam', 3, ${tags} from generate_series(1, ${count}::int)`;
const statement = (tags: readonly string[]) => {
  const [hostId, offered] = [sqlOf`${HOST_ID}::uuid`, sqlOf`${`{${tags.join()}}`}`];
  const next = tags.length === 0 ? nextUntagged(hostId) : nextTagged(hostId, offered);
  const query = new PgDialect().sqlToQuery(next);
  return { text: query.sql, params: query.params.map(String) };
};
/** Locks the next job for a host that offers these tags, and gives the name of the job. */
async function next(by: Sql, tags: readonly string[]): Promise<string | null> {
  const { text, params } = statement(tags);
  const [row] = await by.unsafe(
    `with next as (${text}) select name from jobs join next using (id)`,
    params,
  );
  return row === undefined ? null : String(row['name']);
}
/** Runs the work in a transaction of the connection and rolls it back. */
async function rolledBack(by: Sql, work: () => Promise<void>): Promise<void> {
  await by`begin`;
  await work().finally(() => by`rollback`);
}

it.each([
  { offers: [], order: ['', ''] },
  { offers: ['a'], order: ['a', '', 'a', ''] },
  { offers: ['a', 'c'], order: ['a', 'a,c', '', 'a', ''] },
  { offers: ['a', 'b', 'c'], order: ['a,b,c', 'a', 'a,c', 'b', '', 'a,b', 'a', 'b,c', ''] },
  { offers: ['a-', 'b'], order: ['a-,b', 'b', '', ''] },
  { offers: ['a-', 'c', 'z'], order: ['', 'z', ''] },
  { offers: ['0', 'zz'], order: ['', ''] },
])('a host that offers $offers takes its jobs in order', async ({ offers, order }) => {
  await rolledBack(sql, async () => {
    for (const tags of 'a,b,c|a|a-,b|a,c|b||a,b|z|a|b,c|ab|d|'.split('|')) await queue(tags);
    const taken: (string | null)[] = [];
    for (const _ of order) {
      const { text, params } = statement(offers);
      const [row] = await sql.unsafe(
        `with next as (${text}) update jobs set status = 'CANCELLED' from next
         where jobs.id = next.id returning name`,
        params,
      );
      taken.push(row === undefined ? null : String(row['name']));
    }
    expect(taken).toEqual(order);
    expect(await next(sql, offers)).toBeNull();
  });
});

it('concurrent claims take neighbours, and skip locked jobs in each set of tags', async () => {
  for (const tags of ['a', '', 'a,b', 'b']) await queue(tags);
  await rolledBack(sql, async () => {
    expect(await next(sql, ['a', 'b'])).toBe('a');
    await rolledBack(other, async () => expect(await next(other, ['a', 'b'])).toBe(''));
    await rolledBack(other, async () => expect(await next(other, ['a'])).toBe(''));
    await rolledBack(other, async () => expect(await next(other, [])).toBe(''));
    await sql`select from jobs where tags in ('', 'a,b') for update`;
    await rolledBack(other, async () => expect(await next(other, ['a', 'b'])).toBe('b'));
    await rolledBack(other, async () => expect(await next(other, ['a'])).toBeNull());
  });
  await sql`delete from jobs`;
});

it.each([{ offers: [] }, { offers: ['a'] }])(
  'for a host that offers $offers, only jobs that had an attempt are checked for failures',
  async ({ offers }) => {
    await rolledBack(sql, async () => {
      await sql`set local track_functions = 'all'`;
      await queue('', 2);
      const calls = async () => {
        const [row] = await sql`
          select pg_stat_get_xact_function_calls('host_failures'::regproc)::int as calls`;
        return Number(row?.calls);
      };
      const asked = async () => {
        const before = await calls();
        expect(await next(sql, offers)).toBe('');
        return (await calls()) - before;
      };
      expect(await asked()).toBe(0);
      await sql`update jobs set attempts = 1`;
      expect(await asked()).toBe(1);
    });
  },
);

it('no plan reads jobs with foreign tags one by one', async () => {
  await queue('c4d', IN_FRONT);
  await queue('ae24,c4d', IN_FRONT / 10);
  await sql`
    insert into jobs (id, name, submitted_by, max_attempts, tags)
    select gen_random_uuid(), 'many sets', 'sam', 3, 'c4d,x' || n from generate_series(1, 500) n`;
  await queue('');
  await queue('ae24');
  await sql`insert into job_definitions select id, '{}' from jobs`;
  for (const analysed of [false, true]) {
    if (analysed) await sql`vacuum analyze jobs`;
    for (const offers of [[], ['ae24'], ['x3', 'y']]) {
      const { text, params } = statement(offers);
      const [row] = await sql.unsafe(`explain (analyze, format json) ${text}`, params);
      const plan = JSON.stringify(row?.['QUERY PLAN']);
      expect(plan).toContain('jobs_claimable');
      const removed = [...plan.matchAll(/"Rows Removed by Filter":(\d+)/g)];
      expect(Math.max(0, ...removed.map(([, rows]) => Number(rows)))).toBeLessThan(30);
      const readRows = [...plan.matchAll(/"Actual Rows":(\d+)/g)];
      expect(Math.max(...readRows.map(([, rows]) => Number(rows)))).toBeLessThan(30);
      expect(await next(sql, offers)).toBe('');
    }
  }
  await sql`delete from jobs where name = ''`;
  expect(await next(sql, [])).toBeNull();
  expect(await next(sql, ['ae24'])).toBe('ae24');
});
