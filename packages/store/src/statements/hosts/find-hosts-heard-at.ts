import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { anyOf } from '../../prepared/any-of.ts';
import { prepareSelect } from '../../prepared/prepare-select.ts';
import { jobs, renderHosts } from '../../schema/index.ts';

const ARE_THESE = sql`${jobs.id} = ${anyOf('ids')}`;
const select = prepareSelect((db) =>
  db
    .select({ id: jobs.id, lastHeardAt: renderHosts.lastHeardAt })
    .from(jobs)
    .innerJoin(renderHosts, eq(renderHosts.name, jobs.host))
    .where(and(ARE_THESE, isNull(jobs.queueKey))),
);

/**
 * Rows: reads when the host of each job's latest attempt was last heard, by primary keys: a map by
 * job id. A job is missing while it waits, and where it never had a host.
 */
export async function findHostsHeardAt(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Date | null>> {
  const rows = await select(db, { ids: `{${ids.join()}}` });
  return new Map(rows.map(({ id, lastHeardAt }) => [id, lastHeardAt]));
}
