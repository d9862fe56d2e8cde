import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { connect, migrate } from '../src/connect.ts';
import { openTestStore } from './open-test-store.ts';

const { database, store, sql: server } = openTestStore();

it('a database of this version has no problem', async () => {
  expect(await store.schemaProblem()).toBeNull();
});

it('a program with many connections has each statement planned once on each of them', async () => {
  const modes = [];
  for (const plansOnce of [false, true]) {
    const { db, close } = connect(database.url, { plansOnce, poolSize: 1 });
    modes.push(...(await db.execute(sql`show plan_cache_mode`)));
    await close();
  }
  expect(modes).toEqual([{ plan_cache_mode: 'auto' }, { plan_cache_mode: 'force_generic_plan' }]);
});

it('a database of a newer version is used if that version allows it', async () => {
  await server`
    insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`;
  const [own] = await server<{ level: number }[]>`
    update applied_functions set level = level + 1 returning level`;
  expect(await store.schemaProblem()).toBeNull();
  await expect(migrate(database.url)).rejects.toThrow(
    'The database was migrated by a newer version of Renderdeck; start that version.',
  );
  await server`update applied_functions set least_level = ${own?.level ?? 0}`;
  expect(await store.schemaProblem()).toBe(
    'The database needs a newer version of Renderdeck; start that version.',
  );
  await server`update applied_functions set level = level - 1, least_level = level - 1`;
  await server`delete from drizzle.__drizzle_migrations where hash = 'later'`;
});

it('a database of a lower level names the command that migrates it', async () => {
  await server`update applied_functions set level = level - 1`;
  expect(await store.schemaProblem()).toContain('run `npx -y pnpm@10.34.9 migrate`');
  await migrate(database.url);
  expect(await store.schemaProblem()).toBeNull();
});

it('an older database names the command that migrates it', async () => {
  await server`
    delete from drizzle.__drizzle_migrations
    where created_at = (select max(created_at) from drizzle.__drizzle_migrations)`;
  expect(await store.schemaProblem()).toContain('run `npx -y pnpm@10.34.9 migrate`');
});

it('several processes migrate an empty database at once; a repeat changes nothing', async () => {
  await server`drop schema drizzle cascade`;
  await server`drop schema public cascade`;
  await server`create schema public`;
  expect(await store.schemaProblem()).toContain('not migrated');
  await Promise.all([migrate(database.url), migrate(database.url), migrate(database.url)]);
  await migrate(database.url);
  expect(await store.schemaProblem()).toBeNull();
  expect([...(await server`select count(*)::int as jobs from jobs`)]).toEqual([{ jobs: 0 }]);
});
