import {
  type AskedStopState,
  type AuditAction,
  type AuditLine,
  type AuditOutcome,
  type AuditResult,
  CONFLICT_CODES,
  PROOF_LIMIT_MS,
} from '@renderdeck/domain';
import { desc, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { AUDIT_TEXT, auditLog, auditSeals, jobs } from '../../schema/index.ts';
import { mayHaveText } from '../jobs/job-filter.ts';

/** A place in the log: lines are ordered by their time and then by their id. */
export type AuditPlace = { readonly at: Date; readonly id: bigint };
export type AuditFilter = {
  readonly actor: {
    readonly name: string;
    readonly kind: string | null;
    /** Only lines since this user or token was made. */
    readonly id: string | null;
  } | null;
  /** Any of these actions. */
  readonly actions: readonly AuditAction[] | null;
  readonly outcome: AuditOutcome | null;
  readonly result: AuditResult | null;
  readonly jobId: string | null;
  /** A part of a name or of a reason, or a job's id or the start of one. */
  readonly text: string | null;
  readonly entry: bigint | null;
  readonly from: Date | null;
  readonly to: Date | null;
  /** Only lines before this place, and only lines after this place. */
  readonly before: AuditPlace | null;
  readonly after: AuditPlace | null;
};
/** An audit line with its seal (null until the line is sealed) and the current name of its job. */
export type AuditRow = AuditLine & {
  readonly seal: { readonly seq: bigint; readonly hash: string } | null;
  /** Null if the line is not about a job, or if the job is no longer stored. */
  readonly jobName: string | null;
  readonly stop: AskedStopState;
};

/** The state of the stop `s` of the view `stops`, as `decideStopState` gives it. */
const STOP_STATE = sql`(case
  when s.is_proven then 'proven'
  when s.outcome = 'cancelling'
      and s.stop_requested_at > clock_timestamp() - ${PROOF_LIMIT_MS} * interval '1 millisecond'
    then 'stopping'
  else 'notProven' end)`;

/** A search reads this many of the newest lines first; a text that is frequent is found there. */
const NEAR = 10_000;

/**
 * Rows: reads the audit lines that match. Order: newest first, by audit_log_at, or by the index of
 * the actor, of each action, of the job or of the refusals. A text is searched first in the newest
 * of these lines; if that gives too few, by audit_log_trigrams and by the two search indexes of
 * jobs.
 */
export async function listAuditRows(
  db: Database,
  filter: AuditFilter,
  limit: number,
): Promise<readonly AuditRow[]> {
  const { text } = filter;
  if (text === null) return await readRows(db, findWith(filter, [], limit), limit);
  const near = await findNear(db, filter, text, limit);
  return await readRows(
    db,
    near.isEnough ? sql`select unnest(${near.ids}::bigint[])` : findByTrigrams(filter, text, limit),
    limit,
  );
}

async function readRows(db: Database, ids: SQL, limit: number): Promise<readonly AuditRow[]> {
  const { seq, hash } = auditSeals;
  return await db
    .select({
      ...getTableColumns(auditLog),
      seal: { seq, hash },
      jobName: jobs.name,
      stop: sql<AskedStopState>`(
        select ${STOP_STATE} from stops s where s.job_id = ${auditLog.jobId})`,
    })
    .from(auditLog)
    .leftJoin(auditSeals, eq(auditSeals.auditId, auditLog.id))
    .leftJoin(jobs, eq(jobs.id, auditLog.jobId))
    .where(inArray(auditLog.id, sql`(${ids})`))
    .orderBy(desc(auditLog.at), desc(auditLog.id))
    .limit(limit);
}

/**
 * Searches the text in the newest lines. The result is complete if the page is full or no line is
 * left.
 */
async function findNear(db: Database, filter: AuditFilter, text: string, limit: number) {
  const isAbout = [
    has(sql`about`, text),
    sql`exists (select from jobs j where j.id = job_id and ${has(sql`j.name`, text)})`,
    ...idRange(text),
  ];
  const [row] = await db.execute<{ ids: string; looked: number; found: number }>(sql`
    with near as materialized (
      ${findWith(filter, [], NEAR, sql`id, at, job_id, ${AUDIT_TEXT} as about`)}),
    found as (
      select id from near where ${sql.join(isAbout, sql` or `)}
      order by at desc, id desc limit ${limit})
    select (select count(*)::int from near) as looked, count(*)::int as found,
      coalesce(array_agg(id), '{}')::text as ids from found`);
  const { ids, looked, found } = row ?? { ids: '{}', looked: 0, found: 0 };
  return { ids, isEnough: found === limit || looked < NEAR };
}

function has(value: SQL, text: string): SQL {
  return sql`strpos(lower(${value}), lower(${text}::text)) > 0`;
}

/** The ids of the newest lines that match, at most the limit for each kind of match. */
function findByTrigrams(filter: AuditFilter, text: string, limit: number): SQL {
  const named = (['running', 'queued', 'ended'] as const).map(
    (section) => sql`
      select j.id from jobs j where ${has(sql`j.name`, text)} and ${mayHaveText(section, text)}`,
  );
  const jobsNamed = sql.join(named, sql` union all `);
  const kinds = [
    [has(AUDIT_TEXT, text), sql`text_trigrams(${AUDIT_TEXT}) @@ find_trigrams(${text}::text)`],
    [sql`job_id in (${jobsNamed})`],
    ...idRange(text).map((ids) => [ids]),
  ];
  const found = kinds.map((kind) => sql`(${findWith(filter, kind, limit)})`);
  return sql.join(found, sql` union all `);
}

/** The ids of jobs that begin with the text, if the text could begin an id. */
function idRange(text: string): SQL[] {
  const id = text.toLowerCase();
  const ends = ['0', 'f'].map((digit) => {
    const rest = `${digit.repeat(8)}-${`${digit.repeat(4)}-`.repeat(3)}${digit.repeat(12)}`;
    return `${id}${rest.slice(id.length)}`;
  });
  return id.length >= 4 && ends.every((end) => UUID.test(end))
    ? [sql`job_id between ${ends[0]}::uuid and ${ends[1]}::uuid`]
    : [];
}
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function findWith(
  filter: AuditFilter,
  more: readonly SQL[],
  limit: number,
  columns = sql`id`,
): SQL {
  const where = (parts: readonly SQL[]) =>
    parts.length === 0 ? sql`` : sql`where ${sql.join([...parts], sql` and `)}`;
  const all = [...conditionsOf(filter), ...more];
  const newest = sql`order by at desc, id desc limit ${limit}`;
  if (filter.actions === null) return sql`select ${columns} from audit_log ${where(all)} ${newest}`;
  // A separate step into the index for each action, so that a rare action is not searched in the
  // whole log.
  const ofAction = where([sql`action = wanted.action`, ...all]);
  const wanted = `{${filter.actions.join(',')}}`;
  return sql`
    select ${columns} from unnest(${wanted}::text[]) wanted (action)
      cross join lateral (select * from audit_log ${ofAction} ${newest}) found ${newest}`;
}

function conditionsOf(filter: AuditFilter): SQL[] {
  const { actor, outcome, jobId, entry, from, to, before, after } = filter;
  const place = ({ at, id }: AuditPlace) => sql`(${at.toISOString()}::timestamptz, ${id}::bigint)`;
  return [
    actor === null ? null : sql`actor = ${actor.name}`,
    actor === null || actor.kind === null ? null : sql`actor_kind = ${actor.kind}`,
    actor === null || actor.id === null ? null : sql`at >= ${sinceMade(actor.id)}`,
    outcome === null ? null : sql`outcome = ${outcome}`,
    jobId === null ? null : sql`job_id = ${jobId}`,
    entry === null ? null : sql`id = ${entry}`,
    from === null ? null : sql`at >= ${from.toISOString()}`,
    to === null ? null : sql`at <= ${to.toISOString()}`,
    before === null ? null : sql`(at, id) < ${place(before)}`,
    after === null ? null : sql`(at, id) > ${place(after)}`,
    filter.result === null ? null : hasResult(filter.result),
  ].filter((condition) => condition !== null);
}

/** An earlier user or token with the same name is not the same account. */
function sinceMade(id: string): SQL {
  return sql`coalesce((select created_at from users where id = ${id}::uuid),
    (select created_at from api_tokens where id = ${id}::uuid), '-infinity')`;
}

/** The results of `decideAuditResult`, as SQL conditions. */
function hasResult(result: AuditResult): SQL {
  const conflicts = sql.join(
    CONFLICT_CODES.map((code) => sql`${code}`),
    sql`, `,
  );
  const isStop = sql`action = 'cancelJob' and outcome = 'done'`;
  const jobsWith = (...states: AskedStopState[]) => sql`job_id in (
    select s.job_id from stops s where ${STOP_STATE} = any (${`{${states.join(',')}}`}))`;
  switch (result) {
    case 'done':
      return sql`outcome <> 'refused' and not (${isStop} and ${jobsWith('stopping', 'notProven')})`;
    case 'stopping':
      return sql`${isStop} and ${jobsWith('stopping')}`;
    case 'notProven':
      return sql`${isStop} and ${jobsWith('notProven')}`;
    case 'conflict':
      return sql`outcome = 'refused' and code in (${conflicts})`;
    case 'refused':
      return sql`outcome = 'refused' and (code is null or code not in (${conflicts}))`;
  }
}
