import type { Sql } from '@renderdeck/testing/open-sql';

/**
 * Which places to ask for: those of all rows, of rows near each other, of rows far apart, and of
 * keys that no row has.
 */
const ASKED = ['true', 'place % 7 = 1', 'place % 120 = 1'];
const NUMBERED = [
  ...ASKED.map(
    (which) => `
    select r.place, p.place as given from (select * from rows where ${which}) r
    full join queue_positions(array(select queue_key from rows where ${which})) p
    on p.key = r.queue_key`,
  ),
  `select r.place + 1, p.place as given from rows r
    full join queue_positions(array(select queue_key + 1 from rows)) p on p.key = r.queue_key + 1`,
].join(' union all ');

/** Rows whose position differs from their place among the rows, all in one statement. */
export async function wrongPositions(sql: Sql): Promise<unknown> {
  return await sql`
    with rows as materialized (
      select queue_key, row_number() over (order by queue_key) as place, count(*) over () as length
      from jobs where queue_key is not null)
    select * from (
      select r.*, queue_position(r.queue_key) as by_counts,
        queue_position(queue_edge(r.place - 1)) as edge, (select queue_length()) as counted
      from rows r offset 0) found
    where by_counts <> place or counted <> length or edge > place
    union all
    select null, place, null, given, null, null from (${sql.unsafe(NUMBERED)}) numbered
    where place is distinct from given`;
}
