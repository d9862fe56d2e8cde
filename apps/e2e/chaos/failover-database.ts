/*
 * A database at one address, with an asynchronous standby that can be promoted again and again:
 *
 * 1. `promote` lets the standby fall behind for a while, ends the primary and promotes the standby.
 *    What the primary committed in between is lost. `losses` has these times.
 * 2. `addStandby` restarts the primary, whose folder is copied while it is stopped.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from '@renderdeck/store/connect';
import { temporaryFolder, waitFor } from '@renderdeck/testing';
import { openFixedAddress } from '@renderdeck/testing/fixed-address';
import { openSql } from '@renderdeck/testing/open-sql';
import {
  catchUp,
  copyStopped,
  fallBehind,
  makeStandby,
  promote,
  startLocalPostgres,
} from '@renderdeck/testing/standby';
import { databaseAt } from '../test/farm/replicated-database.ts';
import { signalTo } from './signal-to.ts';

/** What was committed between these two moments may be lost. In ms, as `performance.now` gives. */
export type Loss = { readonly from: number; readonly to: number };
export type FailoverDatabase = Awaited<ReturnType<typeof startFailoverDatabase>>;
type Server = {
  readonly postgres: Awaited<ReturnType<typeof startLocalPostgres>>;
  readonly folder: string;
};

/**
 * Starts the primary and its first standby.
 * Long because: its functions share the state of two servers.
 */
export async function startFailoverDatabase() {
  const folder = await temporaryFolder('failover');
  const losses: Loss[] = [];
  let made = 0;
  const newFolder = () => {
    made += 1;
    return join(folder.path, String(made));
  };
  const start = async (of: string): Promise<Server> => ({
    postgres: await startLocalPostgres({ dataDir: of }),
    folder: of,
  });
  let primary = await start(newFolder());
  await migrate(primary.postgres.url());
  const address = await openFixedAddress(primary.postgres.url());
  const url = address.through(primary.postgres.url());

  /** Stops the primary for the time of a copy. */
  async function addStandby(): Promise<Server> {
    const of = newFolder();
    await primary.postgres.stop();
    await copyStopped(primary.folder, of);
    primary = await start(primary.folder);
    address.switchTo(primary.postgres.url());
    await makeStandby(of, new URL(primary.postgres.url()));
    return await start(of);
  }
  let standby: Server | null = await addStandby();

  return {
    losses,
    open: async () => databaseAt(url),
    async promote(whileBehind: () => Promise<unknown>): Promise<void> {
      const next = standby ?? (await addStandby());
      const from = performance.now();
      await catchUp(primary.postgres, next.postgres);
      await fallBehind(next.postgres);
      await whileBehind();
      await primary.postgres.stop();
      await promote(next.postgres);
      address.switchTo(next.postgres.url());
      losses.push({ from, to: performance.now() });
      await rm(primary.folder, { recursive: true });
      primary = next;
      standby = null;
    },
    /** Restarts the primary, and gives it a standby if it has none. */
    async restart(): Promise<void> {
      if (standby === null) {
        standby = await addStandby();
        return;
      }
      await primary.postgres.stop();
      primary = await start(primary.folder);
      address.switchTo(primary.postgres.url());
      const behind = standby;
      standby = null;
      await behind.postgres.stop();
      await rm(behind.folder, { recursive: true });
    },
    /** Ends every connection of the farm's programs. */
    async endConnections(): Promise<void> {
      const sql = openSql(primary.postgres.url(), 1, { fetch_types: false });
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename like 'test_%'`;
      await sql.end();
    },
    /**
     * Kills a process that serves the farm, unless it has just ended: PostgreSQL ends all others
     * and recovers. Resolves when it has recovered, because PostgreSQL 18.4 may hang for ever if it
     * is asked to stop before.
     */
    async crash(): Promise<void> {
      const sql = openSql(primary.postgres.url(), 1, { fetch_types: false });
      const ownSession = async () => {
        const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
        return row?.pid;
      };
      const before = await ownSession();
      const [one] = await sql<{ pid: number }[]>`
        select pid from pg_stat_activity where usename like 'test_%' order by random() limit 1`;
      if (one !== undefined && signalTo(one.pid, 'SIGKILL')) {
        // The session of this fault is ended, too. A new one begins after the recovery.
        const isNew = () =>
          ownSession().then(
            (pid) => pid !== before,
            () => false,
          );
        await waitFor(isNew, { withinMs: 60_000 });
      }
      await sql.end();
    },
    async close(): Promise<void> {
      await address.close();
      for (const server of [primary, standby]) await server?.postgres.stop();
      await folder.remove();
    },
  };
}
