/*
 * A database that is older or newer than the program, or that has lost a function: each program
 * says what to do in one line, ends with code 1 and changes nothing.
 */
import { fileURLToPath } from 'node:url';
import { migrate } from '@renderdeck/store/connect';
import { databaseOfFile, folderOfFile } from '@renderdeck/testing';
import { makeEarly } from '@renderdeck/testing/before-baseline';
import { openSql } from '@renderdeck/testing/open-sql';
import { programCommand } from '@renderdeck/testing/program-command';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const database = databaseOfFile();
const folder = folderOfFile('refused-schema');
const sql = openSql(database.url, 1);
afterAll(() => sql.end());

const PROGRAMS = {
  api: { entry: 'apps/api/src/main.ts', args: [] },
  worker: { entry: 'apps/worker/src/main.ts', args: [] },
  'ctl admin': { entry: 'apps/ctl/src/main.ts', args: ['admin', 'create', 'mira'] },
  migrate: { entry: 'packages/store/src/migrate-main.ts', args: [] },
} as const;
type Program = keyof typeof PROGRAMS;

async function run(program: Program) {
  const { entry, args } = PROGRAMS[program];
  const [command, ...rest] = await programCommand(entry);
  const { exitCode, stderr } = await execa(command, [...rest, ...args], {
    cwd: ROOT,
    input: 'a password of mira\n',
    env: {
      DATABASE_URL: database.url,
      PORT: '0',
      RENDERDECK_SESSION_SECRET: 'the secret of one API process alone',
      RENDERDECK_WORKER_NAME: 'one',
      RENDERDECK_SCRATCH_ROOT: folder.path,
      RENDERDECK_OUTPUT_ROOTS: folder.path,
      RENDERDECK_ASSET_ROOTS: folder.path,
    },
    reject: false,
  });
  return { exitCode, stderr };
}

/** All that the database contains: its functions, tables and columns, and each row as text. */
async function contents(): Promise<string[]> {
  const functions = await sql<{ text: string }[]>`
    select pg_get_functiondef(oid) as text from pg_proc
    where pronamespace = 'public'::regnamespace and prokind = 'f'`;
  const tables = await sql<{ name: string }[]>`
    select oid::regclass::text as name from pg_class
    where relkind = 'r' and relnamespace in ('public'::regnamespace, 'drizzle'::regnamespace)`;
  const rows = await Promise.all(
    tables.map(({ name }) =>
      sql.unsafe<{ text: string }[]>(`select to_jsonb(t)::text as text
      from ${name} t`),
    ),
  );
  const texts = tables.flatMap(({ name }, at) => [
    name,
    ...(rows[at] ?? []).map(({ text }) => `${name} ${text}`),
  ]);
  return [...functions.map(({ text }) => text), ...texts].sort();
}

const ALL: readonly Program[] = ['api', 'worker', 'ctl admin', 'migrate'];
describe.each<[string, () => Promise<unknown>, RegExp, readonly Program[]]>([
  [
    'from before the first release',
    () => makeEarly(sql),
    /The database was made before the first release of Renderdeck\. .* migrate --bring-over` /,
    ALL,
  ],
  [
    'newer than the program',
    async () => {
      await migrate(database.url, undefined, { bringOver: true });
      // It does not allow this level: two-versions.test.ts of e2e has one that does.
      await sql`update applied_functions set hash = 'later', version = '0.10.0',
        level = level + 1, least_level = level + 1`;
    },
    /The database (was migrated by|needs) a newer version of Renderdeck; start that version\./,
    ALL,
  ],
  [
    'without one of its functions',
    async () => {
      await sql`update applied_functions set version = '0.0.1', level = 1, least_level = 1`;
      await migrate(database.url);
      await sql`drop function await_hosts() cascade`;
    },
    /The database has lost its function public\.await_hosts\(\); run `npx -y \S+ migrate` /,
    // migrate makes it again
    ['api', 'worker', 'ctl admin'],
  ],
])('a database %s', (_which, make, sentence, programs) => {
  beforeAll(make);
  test.each(programs)('%s: code 1, one line, and nothing changed', async (program) => {
    const before = await contents();
    const { exitCode, stderr } = await run(program);
    expect([exitCode, stderr.split('\n').length, stderr]).toEqual([
      1,
      1,
      expect.stringMatching(sentence),
    ]);
    expect(await contents()).toEqual(before);
  });
});
