import type { LostOutput } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';

const MOST = 100;

/**
 * Rows: adds a lost output to the row of this host, by primary key. A trigger writes
 * the audit line. Changes nothing if the row has it already. Fence: the row belongs to this host.
 * Returns false if there is no row of this name.
 */
export async function saveLostOutput(
  db: Database,
  by: { readonly host: string; readonly hostId: string },
  lost: Omit<LostOutput, 'at'>,
): Promise<boolean> {
  const key = JSON.stringify([{ attemptId: lost.attemptId }]);
  const rows = await db.execute(sql`
    with own as (
      select name, host_id, lost_outputs from render_hosts where name = ${by.host} for update
    ), saved as (
      update render_hosts h set lost_outputs = (
        select jsonb_agg(one order by place) from (
          select * from jsonb_array_elements(own.lost_outputs || jsonb_build_array(
            ${JSON.stringify(lost)}::jsonb
              || jsonb_build_object('at', wire_time(clock_timestamp()))))
            with ordinality as e (one, place)
          order by place desc limit ${MOST}) latest)
      from own
      where h.name = own.name and own.host_id = ${by.hostId}
        and not own.lost_outputs @> ${key}::jsonb
      returning h.name
    )
    select (select count(*) from saved) from own`);
  return rows.length === 1;
}
