/*
 * The SQL of `ctl database create` on a real server: with its logins a farm is migrated, and the
 * API can work. If a name is taken, nothing is made.
 */
import { randomBytes } from 'node:crypto';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, expect, test } from 'vitest';
import { type FarmDatabase, farmDatabaseSql } from '../src/farm-database-sql.ts';
import { migrate } from '../src/migrate.ts';

const SERVER = process.env.RENDERDECK_TEST_POSTGRES ?? '';
const server = openSql(SERVER, 1);
const made = new Set<string>();

const aDatabase = (): FarmDatabase => {
  const database = `farm_${randomBytes(4).toString('hex')}`;
  made.add(database);
  const login = (kind: string) => ({ login: `${database}_${kind}`, password: `of the ${kind}` });
  return { database, owner: login('owner'), api: login('api') };
};

afterAll(async () => {
  for (const database of made) {
    await server.unsafe(`drop database if exists ${database} with (force)`);
    for (const kind of ['api', 'owner']) {
      const name = `${database}_${kind}`;
      const [found] = await server`select from pg_roles where rolname = ${name}`;
      if (found !== undefined) await server.unsafe(`drop owned by ${name}; drop role ${name}`);
    }
  }
  await server.end();
});

/**
 * Runs the script as psql does: the statement that makes the database is in no transaction, and the
 * last part runs in that database.
 */
async function run(script: string): Promise<void> {
  const [text = '', database = '', last = ''] = script.split(/^\\connect (.*)$/m);
  const [first = '', ...statements] = text.split(/^(CREATE DATABASE .*;)$/m);
  const [setting = '', ...before] = first.split('\n');
  expect(setting).toBe('\\set ON_ERROR_STOP on');
  for (const part of [before.join('\n'), ...statements]) await server.unsafe(part).simple();
  const inside = openSql(Object.assign(new URL(SERVER), { pathname: database }).href, 1);
  await inside.unsafe(last).simple();
  await inside.end();
}

const urlOf = ({ database }: FarmDatabase, { login, password }: FarmDatabase['owner']) =>
  Object.assign(new URL(SERVER), { ...{ username: login, password, pathname: database } }).href;

test('the owner migrates without a warning, and the API may do what it needs only', async () => {
  const farm = aDatabase();
  const script = farmDatabaseSql(farm);
  expect(script).not.toContain(farm.owner.password);
  expect(script).not.toContain(farm.api.password);
  await run(script);
  const warnings: string[] = [];
  await migrate(urlOf(farm, farm.owner), (warning) => warnings.push(warning));
  expect(warnings).toEqual([]);
  const api = openSql(urlOf(farm, farm.api), 1);
  const owner = openSql(urlOf(farm, farm.owner), 1);
  try {
    const [state] = await api`select lacks from host_login_state('ae-01')`;
    expect(state).toEqual({ lacks: null });
    await expect(api`delete from audit_log`).rejects.toMatchObject({ code: '42501' });
    await expect(api`select lo_from_bytea(0, 'x')`).rejects.toMatchObject({ code: '42501' });
    await expect(api`create role other`).rejects.toMatchObject({ code: '42501' });
    expect([...(await owner`select is_host_login() as host`)]).toEqual([{ host: false }]);
  } finally {
    await api.end();
    await owner.end();
  }
});

test('nothing is made if the database or a login exists', async () => {
  const farm = aDatabase();
  const names = async () => {
    const rows = await server`
      select rolname as name from pg_roles where rolname like ${`${farm.database}%`}
      union all select datname from pg_database where datname = ${farm.database}`;
    return rows.map(({ name }) => name);
  };
  await server.unsafe(`create role ${farm.api.login}`);
  await expect(run(farmDatabaseSql(farm))).rejects.toThrow(/one of the logins .* exists already/);
  expect(await names()).toEqual([farm.api.login]);
  await server.unsafe(`drop role ${farm.api.login}`);
  await run(farmDatabaseSql(farm));
  await expect(run(farmDatabaseSql(farm))).rejects.toThrow(/the database .* exists already/);
});
