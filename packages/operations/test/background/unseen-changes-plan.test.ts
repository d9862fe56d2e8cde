import { expect, it } from 'vitest';
import { readJobChanges } from '../../src/index.ts';
import { aFarm, aQueuedJob, within } from '../../testing/index.ts';

const farm = aFarm();
const { sql } = farm;

it('only new changes are read, even after one transaction with very many changes', async () => {
  await sql`
    insert into job_changes (job_id, version, event, status_after, actor)
    select gen_random_uuid(), 1, 'submit', 'QUEUED', 'sam' from generate_series(1, 5000)`;
  await sql`analyze job_changes`;
  const { cursor } = await readJobChanges(farm, { cursor: null });
  const { job } = await aQueuedJob(farm);

  const found = await farm.db.begin(async (tx) => {
    const { changes, gap } = await readJobChanges(within(tx, farm.admin), { cursor });
    const [read] = await tx.execute<{ scanned: number; fetched: number }>(`
      select seq_tup_read::int as scanned, idx_tup_fetch::int as fetched
      from pg_stat_xact_user_tables where relname = 'job_changes'`);
    const ids = changes.map(({ change }) => change.jobId);
    return { ids, gap, scanned: read?.scanned, fetched: read?.fetched };
  });

  // A position reads the new change, too.
  expect(found).toMatchObject({ ids: [job.id], gap: false, scanned: 0 });
  expect(found.fetched).toBeLessThan(20);
  await sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
});
