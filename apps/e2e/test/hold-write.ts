import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';

const KEY = 4711;

/**
 * Holds a write that changes this column of an attempt just before the row is written, so a test
 * can kill or freeze the writer at that point. `lose` ends the held write without effect, `pass`
 * lets it happen. Both hold no other write.
 */
export async function holdWrite(
  url: string,
  column: 'scratch_path' | 'tree' | 'stop_report' | 'output' | 'parts',
) {
  const sql = openSql(url);
  const lock = await sql.reserve();
  await lock`SELECT pg_advisory_lock(${KEY})`;
  // The trigger stays: to drop it waits for each transaction of a frozen daemon, and all others
  // wait behind that. It holds nothing while nobody has the lock.
  await sql.unsafe(`
    CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${KEY}); RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER hold BEFORE UPDATE ON attempts FOR EACH ROW
      WHEN (NEW.${column} IS DISTINCT FROM OLD.${column}) EXECUTE FUNCTION hold()`);
  // Other databases of the server may have such locks, too.
  const held = () =>
    sql`SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = ${KEY}
        AND NOT l.granted`;
  async function end(): Promise<void> {
    await waitFor(async () => (await held()).length === 0, { what: 'the held write to be gone' });
    await sql.end();
  }
  return {
    untilHeld: () =>
      waitFor(async () => (await held()).length > 0, { what: `a write of ${column} to be held` }),
    async lose(): Promise<void> {
      for (const { pid } of await held()) await sql`SELECT pg_terminate_backend(${pid})`;
      await waitFor(async () => (await held()).length === 0, { what: 'the held write to end' });
      await lock`SELECT pg_advisory_unlock(${KEY})`;
      lock.release();
      await end();
    },
    async pass(): Promise<void> {
      await lock`SELECT pg_advisory_unlock(${KEY})`;
      lock.release();
      await end();
    },
  };
}
