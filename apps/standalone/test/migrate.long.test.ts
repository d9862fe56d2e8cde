/*
 * Runs `migrate` as a user does. Every failure is one sentence and an exit code, never a stack
 * trace.
 */
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalPostgres } from '@renderdeck/local-postgres';
import { createFirstAdmin } from '@renderdeck/operations';
import { connect } from '@renderdeck/store/connect';
import { temporaryFolder, testDatabase, waitFor } from '@renderdeck/testing';
import { makeEarly } from '@renderdeck/testing/before-baseline';
import { openSql } from '@renderdeck/testing/open-sql';
import { execaNode } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runStandalone } from './run-standalone.ts';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));
const MIGRATE = join(CHECKOUT, 'packages/store/src/migrate-main.ts');

/** Servers that are not usable: one never answers, one says that it is PostgreSQL 14. */
let silent: Server;
let old: Server;
const urlOf = (server: Server) => {
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
};
beforeAll(async () => {
  silent = createServer(() => undefined);
  old = createServer((socket) => {
    let isOpen = false;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (!isOpen) socket.write(Buffer.concat([message('R', int(0)), READY]));
      else if (data[0] === 0x51) socket.write(answerVersion('14.9'));
      isOpen = true;
    });
  });
  for (const server of [silent, old])
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => {
  silent.close();
  old.close();
});

const int = (value: number) => Buffer.from([0, 0, value >> 8, value & 255]);
const message = (kind: string, body: Buffer) =>
  Buffer.concat([Buffer.from(kind), int(body.length + 4), body]);
const READY = message('Z', Buffer.from('I'));
const answerVersion = (version: string) =>
  Buffer.concat([
    message(
      'T',
      Buffer.concat([
        Buffer.from('\0\x01server_version\0', 'latin1'),
        int(0),
        Buffer.from([0, 0]),
        int(25),
        Buffer.from([255, 255]),
        int(0),
        Buffer.from([0, 0]),
      ]),
    ),
    message('D', Buffer.concat([Buffer.from([0, 1]), int(version.length), Buffer.from(version)])),
    message('C', Buffer.from('SHOW\0')),
    READY,
  ]);

async function migrate(databaseUrl: string, args: readonly string[] = []) {
  const { exitCode, stdout, stderr } = await execaNode(MIGRATE, args, {
    cwd: CHECKOUT,
    nodeOptions: ['--import', 'tsx'],
    env: { DATABASE_URL: databaseUrl },
    reject: false,
  });
  return { exitCode, stdout, stderr };
}

test.concurrent.each<[string, () => string, number, RegExp | string]>([
  ['no URL', () => '', 2, /^DATABASE_URL is not set; set it to the database to migrate/],
  ['no PostgreSQL URL', () => 'http://127.0.0.1', 2, 'DATABASE_URL is a postgres:// URL.'],
  [
    'a port where nothing listens',
    () => 'postgres://mira:geheim@127.0.0.1:1/farm',
    1,
    'The database at 127.0.0.1:1 cannot be reached: nothing listens there. ' +
      'Start it, or correct DATABASE_URL.',
  ],
  [
    'an unknown name',
    () => 'postgres://mira:geheim@no.such.host.invalid/farm',
    1,
    new RegExp(
      '^The database at no\\.such\\.host\\.invalid cannot be reached: ' +
        '(this name is unknown|the name could not be looked up)\\. ',
    ),
  ],
  [
    'a server that never answers',
    () => `postgres://mira:geheim@${urlOf(silent)}/farm`,
    1,
    /^The database at 127\.0\.0\.1:\d+ cannot be reached: there is no answer within ten seconds\. /,
  ],
  [
    'an old server',
    () => `postgres://mira:geheim@${urlOf(old)}/farm`,
    1,
    'The database is PostgreSQL 14.9; Renderdeck needs 15 or newer. Use a newer server.',
  ],
])('%s', async (_name, url, exitCode, sentence) => {
  const run = await migrate(url());
  expect(run).toEqual({
    exitCode,
    stdout: '',
    stderr: typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
  });
  expect(run.stderr.split('\n')).toHaveLength(1);
  expect(run.stderr).not.toContain('geheim');
});

test('migrate says whether the password, the user or the database is wrong', async () => {
  const folder = await temporaryFolder('migrate');
  const server = await startLocalPostgres({ dataDir: `${folder.path}/db`, throwAway: true });
  try {
    const change = (edit: (url: URL) => void, database?: string) => {
      const url = new URL(server.url(database));
      edit(url);
      return migrate(url.href);
    };
    const wrongPassword = await change((url) => {
      url.password = 'geheim';
    });
    expect(wrongPassword).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        new RegExp(
          '^The database at 127\\.0\\.0\\.1:\\d+ refuses the password of the user renderdeck; ' +
            'correct it in DATABASE_URL\\.$',
        ),
      ),
    });
    expect(await change(() => undefined, 'attic')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/ has no database attic; create it \(createdb\), or correct /),
    });
  } finally {
    await server.stop();
    await folder.remove();
  }
});

test('migrate says how to create the first admin if there is none', async () => {
  const database = await testDatabase();
  const store = connect(database.url);
  try {
    expect(await migrate(database.url)).toEqual({
      exitCode: 0,
      stdout:
        'The database is migrated.\nNo admin can sign in yet. Make one with the same ' +
        'DATABASE_URL; it prints the password: npx -y pnpm@10.34.9 ctl admin create NAME',
      stderr: '',
    });
    const requestContext = {
      actor: { kind: 'system', name: 'test' },
      channel: 'start',
      address: null,
      requestId: null,
    } as const;
    await createFirstAdmin(
      { db: store.db, requestContext, newId: () => crypto.randomUUID() },
      { name: 'mira', password: 'an honest long password' },
    );
    expect((await migrate(database.url)).stdout).toBe('The database is migrated.');
    const dryRun = await migrate(database.url, ['--dry-run']);
    expect(dryRun.stdout).toBe('The database has the schema of this version.');
  } finally {
    await store.close();
    await database.drop();
  }
});

test('a migrate that fails while it waits for another one ends at once', async () => {
  const database = await testDatabase();
  const sql = openSql(database.url, 2);
  const holder = await sql.reserve();
  try {
    await holder`select pg_advisory_lock(7702)`;
    const run = migrate(database.url);
    const pid = await waitFor(
      async () =>
        (
          await sql`select pid from pg_stat_activity where query like '%pg_try_advisory_lock%'
            and application_name = 'renderdeck migrate' and datname = current_database()`
        )[0]?.pid,
      { what: 'migrate to wait for its turn' },
    );
    const name = new URL(database.url).pathname.slice(1);
    const server = openSql(process.env.RENDERDECK_TEST_POSTGRES ?? '', 1);
    await server.unsafe(`alter database "${name}" allow_connections false`);
    await server.end();
    await sql`select pg_terminate_backend(${pid})`;
    const { exitCode, stderr } = await run;
    expect(exitCode).toBe(1);
    expect(stderr).not.toContain('Another session migrates');
  } finally {
    holder.release();
    await sql.end();
    await database.drop();
  }
});

test('a database from before the first release is converted only with --bring-over', async () => {
  const database = await testDatabase();
  const owner = openSql(database.url, 1);
  const folder = await temporaryFolder('early');
  try {
    await makeEarly(owner);
    const refused = /^The database was made before the first release .* migrate --bring-over`/;
    expect(await migrate(database.url)).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(refused),
    });
    expect(await migrate(database.url, ['--bring'])).toMatchObject({
      exitCode: 2,
      stderr: 'migrate knows --bring-over or --dry-run.',
    });
    const env = { RENDERDECK_DATA_DIR: folder.path, DATABASE_URL: database.url };
    const start = runStandalone('start', env);
    expect((await start.child).exitCode).toBe(1);
    expect(start.output()).toMatch(/The database was made before .* start --bring-over`/);

    const farm = runStandalone('start', env, undefined, ['--bring-over']);
    await farm.ready();
    await farm.end('SIGINT');

    await makeEarly(owner);
    const brought = { exitCode: 0, stderr: '' };
    expect(await migrate(database.url, ['--bring-over'])).toMatchObject(brought);
    expect(await migrate(database.url)).toMatchObject(brought);
  } finally {
    await owner.end();
    await database.drop();
    await folder.remove();
  }
}, 240_000);
