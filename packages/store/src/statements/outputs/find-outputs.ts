import type { OutputFacts } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { anyOf, prepare } from '../../prepared/prepare.ts';

/** An output of an attempt, as its host has reported it. */
export type OutputRow = OutputFacts & {
  readonly attemptId: string;
  readonly number: number;
  readonly path: string;
  readonly publishedAt: string;
};

const COLUMNS = sql`o.attempt_id as "attemptId", o.number, o.path,
  wire_time(o.published_at) as "publishedAt", o.kind, o.bytes::float8 as bytes, o.files, o.sha256,
  o.seconds, o.codec, o.width, o.height, o.frames, o.why`;

const find = prepare<OutputRow>(
  () => sql`
    select ${COLUMNS} from attempts a join job_outputs o on o.attempt_id = a.id
    where a.job_id = ${anyOf('ids')}
    order by o.attempt_id, o.number`,
);

/** Rows: reads the outputs of all attempts of these jobs, by primary keys. Order: by number. */
export async function findOutputsOfJobs(
  db: Database,
  ids: readonly string[],
): Promise<readonly OutputRow[]> {
  return await find(db, { ids: `{${ids.join()}}` });
}

const findOne = prepare<OutputRow & { isReplaced: boolean }>(
  () => sql`
    select ${COLUMNS}, exists (select from job_outputs later where later.path = o.path
      and later.published_at > o.published_at) as "isReplaced"
    from attempts a join job_outputs o on o.attempt_id = a.id
    where a.job_id = ${sql.placeholder('jobId')} and a.number = ${sql.placeholder('attempt')}
      and o.number = ${sql.placeholder('number')}`,
);

/**
 * Rows: reads one output of an attempt of this job, by attempts_number, and whether a later output
 * has the same path, by job_outputs_path. Null if there is no such output.
 */
export async function findOutput(
  db: Database,
  place: { readonly jobId: string; readonly attempt: number; readonly number: number },
): Promise<(OutputRow & { readonly isReplaced: boolean }) | null> {
  return (await findOne(db, place))[0] ?? null;
}
