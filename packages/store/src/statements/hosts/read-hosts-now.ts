import type { HostNow } from '@renderdeck/domain';
import { sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { renderHosts } from '../../schema/index.ts';
import { INCARNATION } from '../incarnations/incarnation.ts';

/**
 * Rows: reads of each host whether it has sent its journal to this incarnation, and whether an
 * admin declared it gone or handed its name over.
 */
export async function readHostsNow(db: Database): Promise<readonly HostNow[]> {
  const { name, hostId, goneAt, goneBy, goneReason, releasedAt, releasedBy } = renderHosts;
  const hasReported = sql<boolean>`${renderHosts.journalSentTo} is not distinct from
    (select incarnation from ${INCARNATION} this)`;
  const rows = await db
    .select({ name, hostId, goneAt, goneBy, goneReason, releasedAt, releasedBy, hasReported })
    .from(renderHosts);
  return rows.map((row) => ({
    name: row.name,
    hostId: row.hostId,
    hasReported: row.hasReported,
    gone:
      row.goneAt === null || row.goneBy === null || row.goneReason === null
        ? null
        : { at: row.goneAt, by: row.goneBy, reason: row.goneReason },
    handedOver:
      row.releasedAt === null || row.releasedBy === null
        ? null
        : { at: row.releasedAt, by: row.releasedBy },
  }));
}
