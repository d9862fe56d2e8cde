import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect } from 'vitest';
import { waitFor } from './wait-for.ts';

/** The migrated database. Every test database is a clone of it. */
export const TEMPLATE = 'renderdeck_template';

/**
 * On a busy machine the server may need seconds to notice that a client has closed its connection.
 */
const CLOSED_WITHIN_MS = 45_000;
const ROLES = ['renderdeck_api', 'renderdeck_worker'] as const;
const PASSWORD = 'of this test alone';

/** A database for a test. `drop` fails if a connection to it is still open. */
export type TestDatabase = {
  /** The URL of the owner, who has all rights. */
  readonly url: string;
  /**
   * Returns the URL of a user with only the rights of this role, as the programs of a farm use it.
   */
  urlAs(role: (typeof ROLES)[number]): Promise<string>;
  /** Returns the URL of a login that the test has created. `drop` drops the login. */
  urlWith(login: string, password: string): string;
  drop(closedWithinMs?: number): Promise<void>;
};

/**
 * Creates a migrated, empty database for a test. `like`: a database that it copies instead, to
 * which nobody is connected.
 */
export async function testDatabase(like?: Pick<TestDatabase, 'url'>): Promise<TestDatabase> {
  const { create, ...database } = nameDatabase(like);
  await create();
  return database;
}

/**
 * The database of all tests of a file. It is created before the first test, and dropped after the
 * last. Clients of its URL can be opened at once, because they connect at their first statement.
 */
export function databaseOfFile(): TestDatabase {
  const { create, ...database } = nameDatabase();
  beforeAll(create);
  afterAll(() => database.drop());
  return database;
}

function nameDatabase(
  like?: Pick<TestDatabase, 'url'>,
): TestDatabase & { create(): Promise<void> } {
  const serverUrl = process.env.RENDERDECK_TEST_POSTGRES;
  if (!serverUrl)
    throw new Error(
      'No test PostgreSQL: make this project one of `database(…)` in vitest.workspace.ts.',
    );
  const name = nameOfThisFile();
  const template = like === undefined ? TEMPLATE : new URL(like.url).pathname.slice(1);
  const userOf = (role: (typeof ROLES)[number]) => `${name}_${role.slice('renderdeck_'.length)}`;
  const url = new URL(serverUrl);
  url.pathname = name;
  const users = new Set<string>(ROLES.map(userOf));
  return {
    url: url.href,
    async create() {
      // Each connection costs as much as all of these statements but the first.
      await withServer(serverUrl, async (sql) => {
        await sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(template)} STRATEGY file_copy`;
        // A clone has the default privileges. `migrate` has revoked them in the template only.
        await sql`REVOKE TEMPORARY ON DATABASE ${sql(name)} FROM PUBLIC`;
        for (const role of ROLES)
          await sql`CREATE ROLE ${sql(userOf(role))} LOGIN PASSWORD ${sql.unsafe(`'${PASSWORD}'`)}
            IN ROLE ${sql(role)}`;
      });
      // A clone counts as a new incarnation. Otherwise its receipts would begin above a million.
      await withServer(
        url.href,
        (sql) => sql`UPDATE receipt_series SET incarnation = database_incarnation()`,
      );
    },
    urlAs: async (role) => withUser(url, userOf(role), PASSWORD),
    urlWith(login, password) {
      users.add(login);
      return withUser(url, login, password);
    },
    drop: (closedWithinMs = CLOSED_WITHIN_MS) =>
      withServer(serverUrl, async (sql) => {
        const left = async () =>
          (await sql`SELECT query FROM pg_stat_activity WHERE datname = ${name}`).map(({ query }) =>
            String(query),
          );
        const nobody = waitFor(async () => (await left()).length === 0, {
          withinMs: closedWithinMs,
          what: 'the last connection to the test database to end',
        });
        const stillConnected = await nobody.then(() => [], left);
        await sql`DROP DATABASE ${sql(name)} WITH (FORCE)`;
        for (const user of users) await sql`DROP ROLE ${sql(user)}`;
        if (stillConnected.length > 0)
          throw new Error(
            `Connections left open by this test file, last seen with: ${stillConnected.join('; ')}`,
          );
      }),
  };
}

/** A new name of a database, which names the test file. */
function nameOfThisFile(): string {
  const testPath = process.env.VITEST === undefined ? null : expect.getState().testPath;
  const file = basename(testPath ?? 'unknown').replace(/\W+/g, '_');
  return `test_${file}`.slice(0, 40).concat('_', randomBytes(4).toString('hex'));
}

function withUser(url: URL, username: string, password: string): string {
  return Object.assign(new URL(url), { username: encodeURIComponent(username), password }).href;
}

async function withServer(
  url: string,
  work: (sql: postgres.Sql) => PromiseLike<unknown>,
): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
