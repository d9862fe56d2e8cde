import { type SQL, sql } from 'drizzle-orm';

/**
 * `any (…)` of the uuids that the placeholder holds, as `{id,id}`. They come from a subquery, so
 * the planner expects as many of them each time, and keeps one plan. For a bare array it would plan
 * each time, because a plan for one id is cheaper than that for the ten that it expects.
 */
export function anyOf(name: string): SQL {
  return sql`any (array(select unnest(${sql.placeholder(name)}::uuid[])))`;
}
