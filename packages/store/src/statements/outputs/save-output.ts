import type { OutputFacts } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

/** An output that a host has published. */
export type NewOutput = OutputFacts & {
  /** The outputs of an attempt are numbered from 1. */
  readonly number: number;
  readonly path: string;
  /** How long ago the output got its final name, by the host's steady clock. */
  readonly msAgo: number;
};

const save = prepare<{ id: string }>(
  () => sql`
    insert into job_outputs as kept (attempt_id, number, path, published_at, kind, bytes, files,
      sha256, seconds, codec, width, height, frames, why)
    select a.id, o.number, o.path,
      clock_timestamp() - make_interval(secs => o."msAgo" / 1000), o.kind, o.bytes, o.files,
      o.sha256, o.seconds, o.codec, o.width, o.height, o.frames, o.why
    from attempts a cross join jsonb_to_record(${sql.placeholder('output')}::jsonb) as o
      (number int, path text, "msAgo" double precision, kind text, bytes bigint, files int,
      sha256 text, seconds double precision, codec text, width int, height int, frames int,
      why text)
    where a.id = ${sql.placeholder('attemptId')}
    on conflict (attempt_id, number) do update set seconds = excluded.seconds,
      codec = excluded.codec, width = excluded.width, height = excluded.height,
      frames = excluded.frames, why = excluded.why
    returning attempt_id as id`,
);

/**
 * Rows: stores one output of an attempt, by primary key; when it is known already, only what was
 * measured changes. No fence: an output counts even if its attempt has lost the job. The job does
 * not change. False if the database does not know the attempt.
 */
export async function saveOutput(
  db: Database,
  attemptId: string,
  output: NewOutput,
): Promise<boolean> {
  return (await save(db, { attemptId, output: JSON.stringify(output) })).length > 0;
}
