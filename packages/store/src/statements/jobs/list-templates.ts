import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { isRunningJob } from '../../schema/columns.ts';
import { namesIn } from './list-filter-names.ts';

/** A template of recent jobs, as their definitions name it, and one composition of it. */
export type UsedTemplate = {
  readonly src: string;
  readonly composition: string;
  readonly usedAt: Date;
};

/** So many file names, and of each the compositions of so many of its jobs. */
const MOST_TEMPLATES = 30;
const MOST_JOBS = 10;
/** The running jobs whose templates are read as well. */
const MOST_RUNNING = 100;

type Row = { readonly src: string; readonly composition: string; readonly used_at: string };

/** The latest jobs of a template: those that ended, and those that wait. */
const latestOf = (name: string, most: number) => sql`
  (select id, ended_at as at from jobs
    where ended_at is not null and template = ${sql.raw(name)}
    order by ended_at desc nulls first, id limit ${most})
  union all
  (select id, created_at from jobs where queue_key is not null and template = ${sql.raw(name)}
    order by queue_key desc limit ${most})`;

const select = prepare<Row>(
  () => sql`
    with names as materialized (
      select name from (
        ${namesIn('template', sql`ended_at is not null`)}
        union ${namesIn('template', sql`queue_key is not null`)}) known
    ), recent as materialized (
      select name from names cross join lateral (
        select max(at) as at from (${latestOf('names.name', 1)}) latest) newest
      order by newest.at desc limit ${MOST_TEMPLATES}
    ), latest as (
      select latest.id, latest.at from recent
        cross join lateral (${latestOf('recent.name', MOST_JOBS)}) latest
      union all (select id, started_at from jobs
        where ${isRunningJob()} and template is not null
        order by started_at desc, id desc limit ${MOST_RUNNING})
    ), used as (
      select template->>'src' as src, template->>'composition' as composition, latest.at
      -- The limit lets the planner look up each definition by its key.
      from latest cross join lateral (select nexrender_job->'template' as template
        from job_definitions where job_id = latest.id limit 1) definition
    )
    select src, composition, wire_time(max(at)) as used_at from used
    where src is not null and composition is not null
    group by src, composition order by max(at) desc, src, composition`,
);

/**
 * Rows: reads two entries for each file name of a template, then the definitions of the latest jobs
 * of the newest ones, and those of running jobs. By jobs_ended_of_template, jobs_of_template and
 * jobs_running. The newest first.
 */
export async function listUsedTemplates(db: Database): Promise<readonly UsedTemplate[]> {
  const rows = await select(db);
  return rows.map(({ src, composition, used_at }) => ({
    src,
    composition,
    usedAt: new Date(used_at),
  }));
}
