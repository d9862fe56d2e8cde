import { aMoment } from '@renderdeck/testing/race';
import { sql as sqlOf } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { inTransaction, sqlState } from '../src/index.ts';
import { prepare } from '../src/prepared/prepare.ts';
import { insertQueuedJob, openTestStore } from './open-test-store.ts';

const { db, sql } = openTestStore();
const value = (name: string) => sqlOf.placeholder(name);
const raise = (state: string) =>
  `do $$ begin raise exception 'made by the test' using errcode = '${state}'; end $$`;
const rename = (id: string, name: string) =>
  `update jobs set name = name || '${name}' where id = '${id}'`;
const nameOf = async (id: string) => (await sql`select name from jobs where id = ${id}`)[0]?.name;

it('two transactions that deadlock both succeed, one after the other', async () => {
  const [one, other] = [await insertQueuedJob(sql), await insertQueuedJob(sql)];
  const met = [aMoment(), aMoment()] as const;
  const done = [aMoment(), aMoment()] as const;
  let tries = 0;
  const cross = async (first: string, second: string, mine: 0 | 1) => {
    let again = false;
    await inTransaction(db, async (tx) => {
      tries += 1;
      // Otherwise the second try can lock its row before the other transaction wakes, and deadlock
      // again.
      if (again) await done[mine === 0 ? 1 : 0].come;
      again = true;
      await tx.execute(rename(first, `+${mine}`));
      met[mine].now();
      await met[mine === 0 ? 1 : 0].come;
      await tx.execute(rename(second, `+${mine}`));
    });
    done[mine].now();
  };
  await Promise.all([cross(one, other, 0), cross(other, one, 1)]);
  expect(tries).toBe(3);
  expect([...((await nameOf(one)) ?? '')].sort()).toEqual([...'Intro+0+1'].sort());
  expect([...((await nameOf(other)) ?? '')].sort()).toEqual([...'Intro+0+1'].sort());
});

it.each(['40001', '40P01'])(
  'work that fails with %s runs again from the start, after a rollback',
  async (state) => {
    const id = await insertQueuedJob(sql);
    let tries = 0;
    const done = await inTransaction(db, async (tx) => {
      tries += 1;
      await tx.execute(rename(id, '+'));
      if (tries < 3) await tx.execute(raise(state));
      return tries;
    });
    expect(done).toBe(3);
    expect(await nameOf(id)).toBe('Intro+');
  },
);

it('the third failure is thrown, and nothing has changed', async () => {
  const id = await insertQueuedJob(sql);
  let tries = 0;
  const failed = inTransaction(db, async (tx) => {
    tries += 1;
    await tx.execute(rename(id, '+'));
    await tx.execute(raise('40001'));
  });
  await expect(failed).rejects.toSatisfy((error) => sqlState(error) === '40001');
  expect(tries).toBe(3);
  expect(await nameOf(id)).toBe('Intro');
});

it('any other error is thrown at once, from the database or from the work', async () => {
  let tries = 0;
  const bug = new Error('a bug');
  const failing = (fail: () => Promise<unknown> | never) =>
    inTransaction(db, async () => {
      tries += 1;
      await fail();
    });
  await expect(failing(() => Promise.reject(bug))).rejects.toBe(bug);
  await expect(failing(() => db.execute(raise('23505')))).rejects.toSatisfy(
    (error) => sqlState(error) === '23505',
  );
  expect(tries).toBe(2);
});

it('the SQLSTATE is found in an error or its cause, else it is null', async () => {
  await sql`insert into users (id, name, password_hash, role)
    values (gen_random_uuid(), 'sam', 'x', 'viewer')`;
  const failure = await db
    .execute(
      `insert into users (id, name, password_hash, role)
       select gen_random_uuid(), 'sam', 'x', 'viewer'`,
    )
    .catch((error: unknown) => error);
  expect(sqlState(failure)).toBe('23505');
  expect(sqlState(Object.assign(new Error('plain'), { code: '08006' }))).toBe('08006');
  for (const none of [
    new Error('bare'),
    'text',
    null,
    Object.assign(new Error('number'), { code: 5 }),
  ])
    expect(sqlState(none)).toBeNull();
});

it.each([
  ['waited for', async (bad: Promise<unknown>) => void (await bad)],
  ['not waited for', async () => undefined],
])('a statement that fails undoes the whole transaction, %s', async (_what, wait) => {
  const id = await insertQueuedJob(sql);
  const write = prepare(() => sqlOf`update jobs set name = 'kept' where id = ${value('id')}`);
  const fail = prepare(() => sqlOf`select 1 / ${value('zero')}::int`);
  const outcome = inTransaction(db, async (tx) => {
    await write(tx, { id });
    const failed = fail(tx, { zero: 0 });
    failed.catch(() => undefined);
    await wait(failed);
  });
  const error = await outcome.catch((reason: unknown) => reason);
  expect(sqlState(error)).toBe('22012');
  expect(await nameOf(id)).toBe('Intro');
});

it('a serialization failure is tried again, whichever statement rejects first', async () => {
  const fail = prepare(() => {
    const fails = value('fails');
    return sqlOf`select case when ${fails} then raise_serialization() else false end`;
  });
  const read = prepare(() => sqlOf`select 1 as one`);
  await sql.unsafe(`
    create or replace function raise_serialization() returns boolean language plpgsql as
    $$ begin raise exception 'made by the test' using errcode = '40001'; end $$`);
  // The rejection of the first statement takes a longer way than that of the second.
  const late = async <Answer>(answer: Promise<Answer>) => {
    for (let turn = 0; turn < 20; turn += 1) await null;
    return await answer;
  };
  // A connection that has prepared both sends them without waiting.
  for (let turn = 0; turn < 20; turn += 1) {
    let tries = 0;
    const done = await inTransaction(db, async (tx) => {
      tries += 1;
      const failed = fail(tx, { fails: tries === 1 });
      await Promise.all([
        late(failed.catch((error: unknown) => late(Promise.reject(error)))),
        read(tx),
      ]);
      return 'done';
    });
    expect([done, tries]).toEqual(['done', 2]);
  }
});
