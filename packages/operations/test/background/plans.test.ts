/* What the reads of the queue and of its changes read, even after very many changes. */
import { expect, it } from 'vitest';
import { keepQueueCounts, readJobChanges } from '../../src/index.ts';
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

it('a position reads no folded change, even after very many of one transaction', async () => {
  await keepQueueCounts(farm);
  await sql`
    with made as (
      insert into jobs (id, name, submitted_by, max_attempts)
      select gen_random_uuid(), 'imported', 'sam', 3 from generate_series(1, 5000)
      returning id, queue_key)
    insert into job_changes (job_id, version, event, status_after, actor, q_to)
    select id, 1, 'submit', 'QUEUED', 'sam', queue_key from made`;
  await keepQueueCounts(farm);
  await sql`analyze job_changes`;

  const found = await sql.begin(async (tx) => {
    const [place] = await tx`select queue_position(max(queue_key))::int as position from jobs`;
    const [read] = await tx`select idx_tup_fetch::int as fetched, seq_tup_read::int as scanned
      from pg_stat_xact_user_tables where relname = 'job_changes'`;
    return { ...place, ...read };
  });

  expect(found).toEqual({ position: 5000, fetched: 0, scanned: 0 });
  await sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
});
