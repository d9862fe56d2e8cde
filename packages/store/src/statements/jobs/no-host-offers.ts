import { sql } from 'drizzle-orm';
import { jobs } from '../../schema/index.ts';

/** Hosts that nobody declared gone and whose name nobody handed over. */
const IS_KNOWN = sql.raw('h.gone_at is null and h.released_at is null');

/**
 * Of a job that waits and that no known host may claim: which of its tags no host offers at all.
 * Null for any other job. Rows: reads hosts for a job with tags only.
 */
export const NO_HOST_OFFERS = sql<readonly string[] | null>`case
  when ${jobs.queueKey} is not null and ${jobs.tags} <> '' and not exists (
    select from render_hosts h
    where ${IS_KNOWN} and h.tags @> string_to_array(${jobs.tags}, ','))
  then (
    select coalesce(json_agg(tag), '[]'::json) from unnest(string_to_array(${jobs.tags}, ',')) tag
    where not exists (select from render_hosts h where ${IS_KNOWN} and h.tags @> array[tag])) end`;
