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
  await sql.unsafe(`
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN PERFORM pg_advisory_xact_lock(${KEY}); RETURN NEW; END $$;
    CREATE TRIGGER hold BEFORE UPDATE ON attempts FOR EACH ROW
      WHEN (NEW.${column} IS DISTINCT FROM OLD.${column}) EXECUTE FUNCTION hold()`);
  const held = () =>
    sql`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = ${KEY} AND NOT granted`;
  async function end(): Promise<void> {
    await waitFor(async () => (await held()).length === 0, { what: 'the held write to be gone' });
    await sql`DROP FUNCTION hold CASCADE`;
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
