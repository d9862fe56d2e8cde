import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { GRANTS } from './grants.ts';
import { type Listener, startListener } from './listen.ts';
import { MIGRATIONS_FOLDER } from './migrations-folder.ts';
import { openPool } from './open-pool.ts';
import { rightsProblem, tooFewRights } from './rights-problem.ts';
import { sqlState } from './sql-state.ts';

export { logError } from './log-error.ts';

const INSUFFICIENT_PRIVILEGE = '42501';

/** A database or a transaction: the first argument of every statement. */
export type Database = Pick<
  PostgresJsDatabase,
  'select' | 'insert' | 'update' | 'delete' | 'execute' | 'transaction'
>;

export type Store = {
  readonly db: Database;
  /** Has its own connection, so notifications arrive even if the pool is busy. */
  listener(onError: (error: unknown) => void): Listener;
  /** What to do about a standby, another schema or missing rights; null where all is well. */
  schemaProblem(): Promise<string | null>;
  /** Replaces connections that no longer answer. Statements that wait on them fail. */
  reconnect(): void;
  close(): Promise<void>;
};

/** `role`: the role of GRANTS whose rights this program needs; schemaProblem checks them. */
export type ConnectOptions = {
  readonly poolSize?: number;
  readonly name?: string;
  readonly role?: keyof typeof GRANTS;
};

/** Opens a pool. It connects on first use and again after a connection is lost. */
export function connect(url: string, options: ConnectOptions = {}): Store {
  const name = options.name ?? 'renderdeck';
  const { db, reconnect, close } = openPool(url, { size: options.poolSize ?? 8, name });
  const listeners: Listener[] = [];

  async function standbyProblem(): Promise<string | null> {
    const [row] = await db.execute<{ standby: boolean }>(
      sql`select pg_is_in_recovery() as standby`,
    );
    return row?.standby
      ? 'The database is a standby, which takes no changes; ' +
          'promote it, or let DATABASE_URL lead to the primary.'
      : null;
  }

  async function versionProblem(): Promise<string | null> {
    const newest =
      readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }).at(-1)?.folderMillis ?? 0;
    const [table] = await db.execute<{ found: string | null }>(
      sql`select to_regclass('drizzle.__drizzle_migrations')::text as found`,
    );
    const applied = table?.found
      ? await db.execute<{ at: string | null }>(
          sql`select max(created_at)::text as at from drizzle.__drizzle_migrations`,
        )
      : [];
    const at = Number(applied[0]?.at ?? 0);
    if (at === newest) return null;
    return at < newest
      ? 'The database is not migrated to this version; ' +
          'run `npx -y pnpm@10.34.9 migrate` with the same DATABASE_URL, then start again.'
      : 'The database was migrated by a newer version of Renderdeck; start that version.';
  }

  return {
    db,
    listener(onError) {
      const listener = startListener(url, `${name} listener`, onError);
      listeners.push(listener);
      return listener;
    },
    async schemaProblem() {
      const { role } = options;
      try {
        return (
          (await standbyProblem()) ??
          (await versionProblem()) ??
          (role === undefined ? null : await rightsProblem(db, role))
        );
      } catch (error) {
        if (role !== undefined && sqlState(error) === INSUFFICIENT_PRIVILEGE)
          return tooFewRights(role);
        throw error;
      }
    },
    reconnect,
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await close();
    },
  };
}

export type { Listener } from './listen.ts';
export { migrate } from './migrate.ts';
