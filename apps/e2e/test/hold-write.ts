import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';

const KEY = 4711;
const HELD_KEY = 4712;

/**
 * Holds a write to this column of an attempt just before the row is written, so that a test can
 * kill or freeze the writer at this point. `lose` makes the held write fail, `pass` lets it happen.
 * After either of them, no further write is held.
 */
export async function holdWrite(
  url: string,
  column: 'scratch_path' | 'tree' | 'stop_report' | 'output' | 'parts',
) {
  const sql = openSql(url);
  const lock = await sql.reserve();
  await lock`SELECT pg_advisory_lock(${KEY})`;
  // The trigger is not dropped: DROP would wait for the transaction of a frozen daemon, and all
  // other statements would wait for DROP. Without the lock the trigger holds nothing.
  // It sleeps and does not wait for a lock, because a worker limits waits for locks.
  await sql.unsafe(`
    CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_advisory_xact_lock_shared(${HELD_KEY});
      WHILE NOT pg_try_advisory_xact_lock_shared(${KEY}) LOOP
        PERFORM pg_sleep(0.01);
      END LOOP;
      RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER hold BEFORE UPDATE ON attempts FOR EACH ROW
      WHEN (NEW.${column} IS DISTINCT FROM OLD.${column}) EXECUTE FUNCTION hold()`);
  // Other databases of the server may have such locks too.
  const held = () =>
    sql`SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE d.datname = current_database() AND l.locktype = 'advisory'
        AND l.objid = ${HELD_KEY}`;
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
