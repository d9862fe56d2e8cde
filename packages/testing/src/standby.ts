/*
 * A primary and its asynchronous standby, two real PostgreSQL servers:
 *
 * 1. The primary starts and stops, and its folder is copied while it is stopped. The copy replaces
 *    pg_basebackup, which the npm package does not have.
 * 2. Both servers start. The standby streams from the primary and answers reads.
 * 3. `fallBehind` ends the stream. A promotion loses what the primary commits from then on.
 * 4. `promote` makes the standby a primary on the next timeline. The old primary still runs, as in
 *    a split network. A test that does not want that calls `stop` on it.
 */
import { execFile } from 'node:child_process';
import { appendFile, chown, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LocalPostgres, startLocalPostgres } from '@renderdeck/local-postgres';
import type postgres from 'postgres';
import { openSql } from './open-sql.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

export { startLocalPostgres };

export type ReplicatedPostgres = {
  readonly primary: LocalPostgres;
  readonly standby: LocalPostgres;
  /** Resolves when the standby has everything that the primary has committed so far. */
  catchUp(): Promise<void>;
  /** Ends the stream. The standby gets nothing that is committed from now on. */
  fallBehind(): Promise<void>;
  /** From now on, a commit on the primary waits until the standby has it. */
  replicateSynchronously(): Promise<void>;
  promote(): Promise<void>;
  /** Stops both servers and removes their folders. */
  close(): Promise<void>;
};

/** Starts both servers. `prepare` fills the primary before the standby is made. */
export async function startReplicatedPostgres(
  prepare: (url: string) => Promise<unknown>,
): Promise<ReplicatedPostgres> {
  const folder = await temporaryFolder('replicated');
  const [here, there] = [join(folder.path, 'primary'), join(folder.path, 'standby')];
  const first = await startLocalPostgres({ dataDir: here });
  await prepare(first.url());
  await first.stop();
  await copyStopped(here, there);
  const primary = await startLocalPostgres({ dataDir: here });
  await makeStandby(there, new URL(primary.url()));
  const standby = await startLocalPostgres({ dataDir: there });
  return {
    primary,
    standby,
    catchUp: () => catchUp(primary, standby),
    fallBehind: () => fallBehind(standby),
    replicateSynchronously: () =>
      withSql(primary, async (sql) => {
        await sql`alter system set synchronous_standby_names = '*'`;
        await sql`select pg_reload_conf()`;
        await waitFor(
          async () =>
            (await sql`select from pg_stat_replication where sync_state = 'sync'`).length === 1,
        );
      }),
    promote: () => promote(standby),
    async close() {
      for (const server of [primary, standby]) await server.stop();
      await folder.remove();
    },
  };
}

/** Copies the folder of a stopped server. The copy can start on its own port beside the server. */
export async function copyStopped(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: 0o711 });
  const run = promisify(execFile);
  await run('cp', ['-a', join(from, 'password'), join(to, 'password')]);
  await run('cp', ['-a', await realpath(join(from, 'cluster')), join(to, 'cluster')]);
}

/**
 * Turns a stopped copy into a standby of this primary. With null it has no primary, like a backup
 * that is restored.
 */
export async function makeStandby(dataDir: string, primary: URL | null): Promise<void> {
  const cluster = join(dataDir, 'cluster');
  if (primary !== null) {
    const { hostname: host, port, username: user, password } = primary;
    const place = Object.entries({ host, port, user, password }).map((pair) => pair.join('='));
    await appendFile(
      join(cluster, 'postgresql.auto.conf'),
      `primary_conninfo = '${place.join(' ')}'\n`,
    );
  }
  const signal = join(cluster, 'standby.signal');
  await writeFile(signal, '');
  const { uid, gid } = await stat(cluster);
  await chown(signal, uid, gid);
}

/** Resolves when the standby has everything that its primary has committed so far. */
export async function catchUp(primary: LocalPostgres, standby: LocalPostgres): Promise<void> {
  const [row] = await withSql(primary, (sql) => sql`select pg_current_wal_lsn()::text as end`);
  await withSql(standby, (sql) =>
    waitFor(async () => {
      const [at] = await sql`select pg_last_wal_replay_lsn() >= ${row?.end}::pg_lsn as caught`;
      return at?.caught === true;
    }),
  );
}

/** Ends the stream of a standby. It gets nothing that is committed from now on. */
export async function fallBehind(standby: LocalPostgres): Promise<void> {
  await withSql(standby, async (sql) => {
    await sql`alter system set primary_conninfo = ''`;
    await sql`select pg_reload_conf()`;
    await waitFor(async () => (await sql`select from pg_stat_wal_receiver`).length === 0);
  });
}

/** Makes a standby a primary on the next timeline. */
export function promote(standby: LocalPostgres): Promise<void> {
  return withSql(standby, async (sql) => void (await sql`select pg_promote(true, 60)`));
}

async function withSql<Result>(
  server: LocalPostgres,
  work: (sql: postgres.Sql) => PromiseLike<Result>,
): Promise<Result> {
  const sql = openSql(server.url());
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
