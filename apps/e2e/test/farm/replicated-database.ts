import { startFarmUnderTest } from '@renderdeck/standalone/testing';
import { migrate } from '@renderdeck/store/connect';
import type { TestDatabase } from '@renderdeck/testing';
import { openFixedAddress } from '@renderdeck/testing/fixed-address';
import { openSql } from '@renderdeck/testing/open-sql';
import { type ReplicatedPostgres, startReplicatedPostgres } from '@renderdeck/testing/standby';
import { onTestFinished } from 'vitest';

export type ReplicatedDatabase = {
  readonly servers: ReplicatedPostgres;
  /** Opens the database at one address, which leads to the primary until `failOver`. */
  open(): Promise<TestDatabase>;
  /** Promotes the standby and ends the old primary. The address then leads to the new primary. */
  failOver(): Promise<void>;
  close(): Promise<void>;
};

const PASSWORD = 'of this test alone';

/** Starts a primary and an asynchronous standby with a migrated database. */
async function startReplicatedDatabase(): Promise<ReplicatedDatabase> {
  const servers = await startReplicatedPostgres(migrate);
  const { primary, standby } = servers;
  const address = await openFixedAddress(primary.url());
  const url = address.through(primary.url());
  return {
    servers,
    open: async () => databaseAt(url),
    async failOver() {
      await primary.stop();
      await servers.promote();
      address.switchTo(standby.url());
    },
    async close() {
      await address.close();
      await servers.close();
    },
  };
}

/** Starts a farm on such a database. Both end with the test. */
export async function startFarmWithStandby() {
  const database = await startReplicatedDatabase();
  onTestFinished(database.close);
  const farm = await startFarmUnderTest({}, { openDatabase: database.open });
  onTestFinished(farm.close);
  return { database, farm };
}

/** The database at this address, which its owner stops. */
export function databaseAt(url: string): TestDatabase {
  return {
    url,
    async urlAs(role) {
      const user = `test_${role}`;
      const sql = openSql(url);
      await sql.unsafe(`create role ${user} login password '${PASSWORD}' in role ${role}`);
      await sql.end();
      return Object.assign(new URL(url), { username: user, password: PASSWORD }).href;
    },
    urlWith: (login, password) =>
      Object.assign(new URL(url), { username: encodeURIComponent(login), password }).href,
    drop: async () => {},
  };
}
