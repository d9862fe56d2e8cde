import { randomUUID } from 'node:crypto';
import type { Sql } from '@renderdeck/testing/open-sql';

/** The number of the line that says why the job failed, if it has so many lines of progress. */
export const lineOfError = (frames: number) => frames + 14;

/** The lines before the progress, with the second of each chunk. */
const CHUNKS: (readonly [number, string[]])[] = [
  [2, ['> job setup', '> checking sources']],
  [8, ['> downloading bumper.aep', '> downloaded 4 files']],
  [10, ['> running script assemble…', '> 2 layers set, 1 text changed']],
  [11, ['WARNING: font “Brandon Grotesque” is not installed; After Effects takes another']],
  [
    13,
    [
      'aerender version 25.1x71',
      'PROGRESS:  Launching After Effects…',
      'PROGRESS:  After Effects successfully launched.',
      'PROGRESS:  11/28/2026 2:00:41 AM: Starting composition “bumper”.',
      'PROGRESS:  Render Settings: Best Settings, Quality: Best, 1920 × 1080, 25 fps',
      'PROGRESS:  Output To: scratch/result.mov',
    ],
  ],
];
const LAST = [
  'aerender ERROR: After Effects error: Footage missing: /mnt/footage/bumper_a.mov',
  'aerender ERROR: no frame after 918 of layer “bumper_a.mov” could be read',
  'WARNING: the output queue item was stopped; 918 of 1,250 frames were written',
  'aerender ERROR: ended with code 1',
];

/**
 * Inserts a job that failed, with a log in steps that has so many lines of progress, and `others`
 * jobs that failed for the same reason on two hosts. Returns its id.
 */
export async function insertFailedLog(
  sql: Sql,
  { frames, others = 0 }: { readonly frames: number; readonly others?: number },
): Promise<string> {
  const [job, attempt] = [randomUUID(), randomUUID()];
  const start = Date.now() - 720_000;
  const at = (second: number) => new Date(start + second * 1000).toISOString();
  const steps = [
    { name: 'download', startedAt: at(1) },
    { name: 'prepare', startedAt: at(9) },
    { name: 'render', startedAt: at(12) },
  ];
  const template = { src: 'file:///mnt/bumper.aep', composition: 'main' };
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, attempts, started_at, ended_at,
      host, failure, attempt_id)
    values (${job}, 'bumper_autumn_de_14', 'FAILED', 'mira', 3, 1, ${at(0)}, ${at(666)}, 'ae-06',
      'After Effects reported an error: Footage missing: /mnt/footage/bumper_a.mov', ${attempt})`;
  await sql`
    insert into job_definitions (job_id, nexrender_job)
    values (${job}, ${sql.json({ template })})`;
  await sql`
    insert into attempts (id, job_id, number, host, worker_id, tree_marker, outcome, created_at,
      ended_at, confirmed_at, steps)
    values (${attempt}, ${job}, 1, 'ae-06', gen_random_uuid(), 'x', 'failed', ${at(0)}, ${at(666)},
      ${at(666)}, ${sql.json(steps)})`;
  await insertLog(sql, { attempt, frames, at });
  await sql`
    insert into jobs (id, name, status, submitted_by, max_attempts, attempts, started_at, ended_at,
      host, failure)
    select gen_random_uuid(), 'bumper_' || n, 'FAILED', 'mira', 3, 1, ${at(0)},
      ${at(100)}::timestamptz + n * interval '1 second', 'ae-0' || 5 + n % 2,
      'After Effects reported an error: Footage missing: /mnt/footage/take_' || n || '.mov'
    from generate_series(1, ${others}::int) n`;
  return job;
}

/** Inserts the whole log of the attempt. */
async function insertLog(
  sql: Sql,
  { attempt, frames, at }: { attempt: string; frames: number; at: (second: number) => string },
): Promise<void> {
  for (const [index, [second, lines]] of CHUNKS.entries())
    await sql`
      insert into attempt_log (attempt_id, seq, at, stream, lines)
      values (${attempt}, ${index + 1}, ${at(second)}, 'aerender', ${sql.json(lines)})`;
  await sql`
    insert into attempt_log (attempt_id, seq, at, stream, lines)
    select ${attempt}, 100 + n / 1000,
      ${at(14)}::timestamptz + max(n) * interval '650 s' / ${frames}, 'aerender',
      jsonb_agg('PROGRESS:  0:00:' || lpad((n / 25 % 60)::text, 2, '0') || ':' ||
        lpad((n % 25)::text, 2, '0') || ' (' || n || '): 0 Seconds' order by n)
    from generate_series(1, ${frames}::int) n group by n / 1000`;
  await sql`
    insert into attempt_log (attempt_id, seq, at, stream, lines)
    values (${attempt}, 1000000, ${at(665)}, 'aerender', ${sql.json(LAST)})`;
}
