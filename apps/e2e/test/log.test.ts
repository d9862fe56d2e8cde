/* The log entry of a failed statement shows no values, because it could show a tree marker. */
import { startFarmUnderTest } from '@renderdeck/standalone/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, test } from 'vitest';

test('a failed statement is logged without its values', async () => {
  const farm = await startFarmUnderTest();
  const sql = openSql(farm.database.url);
  await sql.unsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
      AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE OF tree ON attempts FOR EACH ROW
      EXECUTE FUNCTION refuse()`);
  const worker = await farm.startWorker();
  const job = await farm.submit();
  const statement = 'update attempts a set tree';
  await waitFor(() => worker.said().includes(statement), { what: 'the failure to be logged' });
  expect(worker.said()).toContain('not today');
  const [attempt] = await sql<
    { treeMarker: string }[]
  >`SELECT tree_marker AS "treeMarker" FROM attempts WHERE job_id = ${job.id}`;
  expect(attempt?.treeMarker).toMatch(/^\S{16,}$/);
  expect(worker.said()).not.toContain(attempt?.treeMarker);

  await sql`DROP FUNCTION refuse CASCADE`;
  await sql.end();
  await farm.until(job.id, 'COMPLETED');
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  await farm.close();
});
