import type {
  AttemptProgress,
  LogChunk,
  StepName,
  TreeRecord,
  UsageRow,
  UsageSample,
} from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';

/** A step, and how long ago it began by the steady clock of the host. */
export type BegunStep = { readonly name: StepName; readonly msAgo: number };

/** What a worker reports of an attempt while it runs. What is not set stays as it is. */
export type AttemptNews = {
  readonly attemptId: string;
  readonly progress?: AttemptProgress;
  /** All steps that have begun. A step that is already saved keeps its time. */
  readonly steps?: readonly BegunStep[];
  /** The usage of the last minutes, and that of the whole attempt. */
  readonly usage?: readonly UsageSample[];
  readonly history?: readonly UsageRow[];
  /** How the processes of the attempt are recognised. */
  readonly tree?: TreeRecord;
  /** Output lines in chunks that the worker has numbered. */
  readonly chunks?: readonly LogChunk[];
};

const NEW_STEPS = sql`(
  select jsonb_agg(jsonb_build_object('name', s.name, 'startedAt', to_char(
    (clock_timestamp() - s."msAgo" * interval '1 millisecond') at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
  from jsonb_to_recordset(n.steps) as s (name text, "msAgo" float8)
  where a.steps is null
    or not a.steps @> jsonb_build_array(jsonb_build_object('name', s.name)))`;

const GIVEN = sql`
  news as materialized (
    select * from jsonb_to_recordset(${sql.placeholder('news')}::jsonb) as n ("attemptId" uuid,
      progress jsonb, steps jsonb, usage jsonb, history jsonb, tree jsonb, chunks jsonb)
  ), known as materialized (
    select a.id from attempts a where a.id = any (array(select "attemptId" from news))
  )`;
type Known = { readonly id: string };

const save = prepare<Known>(
  () => sql`
    with ${GIVEN}, saved as (
      update attempts a set
        phase = case when n.progress is null then a.phase else n.progress ->> 'phase' end,
        progress = coalesce((n.progress ->> 'percent')::real, a.progress),
        frame = case when n.progress is null then a.frame else (n.progress ->> 'frame')::int end,
        total_frames = case when n.progress is null then a.total_frames
          else (n.progress ->> 'totalFrames')::int end,
        cached_sources = coalesce(n.progress -> 'cached', a.cached_sources),
        transfer = case when n.progress is null then a.transfer else n.progress -> 'transfer' end,
        progress_at = case when n.progress is null then a.progress_at else clock_timestamp() end,
        steps = case when n.steps is null then a.steps
          else coalesce(a.steps, '[]') || coalesce(${NEW_STEPS}, '[]') end,
        usage = coalesce(n.usage, a.usage),
        usage_history = coalesce(n.history, a.usage_history),
        tree = coalesce(n.tree, a.tree)
      from news n
      where a.id = any (array(select "attemptId" from news)) and a.id = n."attemptId"
        and a.outcome is null
    )
    select id from known`,
);

const saveLines = prepare<Known>(
  () => sql`
    with ${GIVEN}, lines as (
      insert into attempt_log (attempt_id, seq, stream, lines)
      select n."attemptId", chunk.seq, chunk.stream, chunk.lines
      from news n join known k on k.id = n."attemptId"
        cross join lateral jsonb_to_recordset(n.chunks) as chunk (seq int, stream text, lines jsonb)
      on conflict do nothing
    )
    select id from known`,
);

/**
 * Rows: updates these attempts, in one statement, and then inserts their log chunks, in another
 * one: so a log that is slow to write holds no attempt, and the proof of a stop does not wait for
 * it. By primary key. Fence: an attempt that has ended keeps its progress, usage and tree, and
 * still gets its lines; a saved step keeps its time, and a chunk that exists stays unchanged,
 * because a worker may send it twice. The time of a new step is the database's time minus the age
 * of the step. Returns the attempts that the database knows; nothing is saved of the others.
 */
export async function saveReports(
  db: Database,
  news: readonly AttemptNews[],
): Promise<ReadonlySet<string>> {
  const unknown = new Set<string>();
  const run = async (statement: typeof save, of: readonly AttemptNews[]) => {
    if (of.length === 0) return;
    const known = new Set((await statement(db, { news: JSON.stringify(of) })).map(({ id }) => id));
    for (const { attemptId } of of) if (!known.has(attemptId)) unknown.add(attemptId);
  };
  const changes = news.map(({ chunks: _, ...change }) => change);
  await run(
    save,
    changes.filter((change) => Object.keys(change).length > 1),
  );
  const lines = news.map(({ attemptId, chunks = [] }) => ({ attemptId, chunks }));
  await run(
    saveLines,
    lines.filter(({ chunks }) => chunks.length > 0),
  );
  return new Set(news.flatMap(({ attemptId }) => (unknown.has(attemptId) ? [] : [attemptId])));
}
