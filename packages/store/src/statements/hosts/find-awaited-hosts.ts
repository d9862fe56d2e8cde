import type { AwaitedHost } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { prepare } from '../../prepared/prepare.ts';
import { LIFE } from '../incarnations/incarnation.ts';

type Row = { readonly name: string; readonly host_id: string | null };
const find = prepare<Row>(
  () => sql`
    select h.name, h.host_id
    from ${LIFE} life, lateral unreported_hosts(life.incarnation) h
    where not life.is_open or life.last_queue_seq >= (
      select queue_seq from jobs where id = ${sql.placeholder('jobId')})
    order by h.name`,
);

/**
 * Rows: reads the hosts that may run a job which waits in the queue for all that this life of the
 * database knows: those that have not sent it their journal. None for a job that was submitted in
 * this life. The migration 0013 has the function.
 */
export async function findAwaitedHosts(
  db: Database,
  jobId: string,
): Promise<readonly AwaitedHost[]> {
  const rows = await find(db, { jobId });
  return rows.map(({ name: host, host_id: hostId }) => ({
    ...{ host, hostId },
    ...{ reportedAt: null, declaration: null },
  }));
}
