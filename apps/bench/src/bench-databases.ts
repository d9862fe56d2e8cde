import { randomUUID } from 'node:crypto';
import type { LocalPostgres } from '@renderdeck/local-postgres';
import type { AdminContext } from '@renderdeck/operations';
import { connect, migrate, type Store } from '@renderdeck/store/connect';
import { openSql, type Sql } from '@renderdeck/testing/open-sql';

export type BenchDatabase = {
  readonly url: string;
  readonly store: Store;
  readonly sql: Sql;
  readonly admin: AdminContext;
};

const TEMPLATE = 'bench_template';
/** A throw-away server does not sync to disk. This server does, like the server of a farm. */
const DURABLE = ['fsync', 'synchronous_commit', 'full_page_writes'];
const REQUEST_CONTEXT = {
  actor: { kind: 'system', name: 'bench' },
  channel: 'bench',
  address: null,
  requestId: null,
} as const;

/**
 * Makes databases on this server, after it has set DURABLE to PostgreSQL's defaults.
 *
 * Long because: its functions share one server.
 */
export async function openBenchDatabases(server: LocalPostgres) {
  const root = openSql(server.url('postgres'));
  for (const setting of DURABLE) await root`ALTER SYSTEM SET ${root(setting)} = 'on'`;
  await root`SELECT pg_reload_conf()`;
  await root`CREATE DATABASE ${root(TEMPLATE)}`;
  await migrate(server.url(TEMPLATE));
  const closing: (() => Promise<unknown>)[] = [];
  let created = 0;

  async function create(template: string): Promise<string> {
    created += 1;
    const name = `bench_${created}`;
    await root`CREATE DATABASE ${root(name)} TEMPLATE ${root(template)}`;
    return server.url(name);
  }
  return {
    /** Makes an empty, migrated database. */
    async database(): Promise<BenchDatabase> {
      const database = openDatabase(await create(TEMPLATE));
      closing.push(() => Promise.all([database.store.close(), database.sql.end()]));
      return database;
    },
    /** Makes an empty database for another program. */
    async emptyDatabase(): Promise<{ readonly url: string; readonly sql: Sql }> {
      const url = await create('template1');
      const sql = openSql(url);
      closing.push(() => sql.end());
      return { url, sql };
    },
    /**
     * Analyzes all databases, as autovacuum does within a minute. Without this, a statement that
     * was prepared while its table was empty keeps a plan for an empty table.
     */
    async analyze(): Promise<void> {
      for (let database = 1; database <= created; database += 1) {
        const sql = openSql(server.url(`bench_${database}`), 1);
        await sql`ANALYZE`;
        await sql.end();
      }
    },
    /** Calls `close` before the databases that are open now are closed. */
    onClose(close: () => Promise<unknown>): void {
      closing.push(close);
    },
    /** Returns the version and settings of PostgreSQL, for the text above the tables. */
    async describePostgres(): Promise<string> {
      const [row] = await root`SELECT split_part(version(), ' ', 2) AS version`;
      const names = [...DURABLE, 'shared_buffers', 'autovacuum', 'autovacuum_naptime'];
      const settings = await Promise.all(
        names.map(async (name) => {
          const [one] = await root`SELECT current_setting(${name}) AS value`;
          return `${name} ${one?.value}`;
        }),
      );
      return `PostgreSQL ${row?.version} (${settings.join(', ')})`;
    },
    async close(): Promise<void> {
      for (const close of closing.toReversed()) await close();
      await root.end();
    },
  };
}

function openDatabase(url: string): BenchDatabase {
  const store = connect(url, { name: 'bench', poolSize: 8 });
  const admin = { db: store.db, requestContext: REQUEST_CONTEXT, newId: randomUUID };
  return { url, store, sql: openSql(url, 4), admin };
}
