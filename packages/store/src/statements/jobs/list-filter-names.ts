import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { prepare } from '../../prepared/prepare.ts';
import { isRunningJob } from '../../schema/columns.ts';

/** What jobs can be filtered by, each kind in the order of its names. */
export type FilterNames = {
  readonly people: string[];
  readonly hosts: string[];
  readonly templates: string[];
};
type Column = 'submitted_by' | 'host' | 'template';

/** A longer list helps nobody. */
const MOST_NAMES = 500;

/** The names of a column: each is the first entry of its index behind the name before. */
export function namesIn(column: Column, condition: SQL): SQL {
  const name = sql.identifier(column);
  const next = (behind: SQL) => sql`(
    select ${name} from jobs where ${condition} and ${name} is not null ${behind}
    order by ${name} limit 1)`;
  return sql`select name from (
    with recursive names as (
      select ${next(sql``)} as name
      union all
      select ${next(sql`and ${name} > names.name`)} from names where names.name is not null
    ) select name from names where name is not null limit ${MOST_NAMES}) found`;
}

function allNames(column: Column): SQL {
  const name = sql.identifier(column);
  // A waiting job has no host.
  const waiting =
    column === 'host' ? sql`` : sql`union ${namesIn(column, sql`queue_key is not null`)}`;
  return sql`coalesce((
    select json_agg(name order by name) from (
      ${namesIn(column, sql`ended_at is not null`)}
      ${waiting}
      union select ${name} from jobs where ${isRunningJob()} and ${name} is not null
    ) names), '[]')`;
}

const select = prepare<FilterNames>(
  () => sql`
    select ${allNames('submitted_by')} as people, ${allNames('host')} as hosts,
      ${allNames('template')} as templates`,
);

/**
 * Rows: reads one entry for each name, by jobs_ended_of_submitter, jobs_of_submitter,
 * jobs_ended_on_host, jobs_ended_of_template and jobs_of_template, and the running jobs.
 */
export async function listFilterNames(db: Database): Promise<FilterNames> {
  const [row] = await select(db);
  return row ?? { people: [], hosts: [], templates: [] };
}
