import type { AuditAction, AuditLine, AuditOutcome } from '@renderdeck/domain';
import { and, desc, eq, getTableColumns, gte, lt, lte } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { auditLog, auditSeals } from '../../schema/index.ts';

export type AuditFilter = {
  readonly actor: string | null;
  readonly action: AuditAction | null;
  readonly outcome: AuditOutcome | null;
  readonly jobId: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  readonly before: bigint | null;
};
/** An audit line and its seal, which is null until the line is sealed. */
export type AuditRow = AuditLine & {
  readonly seal: { readonly seq: bigint; readonly hash: string } | null;
};

/**
 * Rows: reads the audit lines that match, below an id. Order: the newest first, by primary key,
 * audit_log_job or audit_log_actor.
 */
export async function listAuditRows(
  db: Database,
  filter: AuditFilter,
  limit: number,
): Promise<readonly AuditRow[]> {
  return await db
    .select({ ...getTableColumns(auditLog), seal: { seq: auditSeals.seq, hash: auditSeals.hash } })
    .from(auditLog)
    .leftJoin(auditSeals, eq(auditSeals.auditId, auditLog.id))
    .where(
      and(
        filter.actor === null ? undefined : eq(auditLog.actor, filter.actor),
        filter.action === null ? undefined : eq(auditLog.action, filter.action),
        filter.outcome === null ? undefined : eq(auditLog.outcome, filter.outcome),
        filter.jobId === null ? undefined : eq(auditLog.jobId, filter.jobId),
        filter.from === null ? undefined : gte(auditLog.at, filter.from),
        filter.to === null ? undefined : lte(auditLog.at, filter.to),
        filter.before === null ? undefined : lt(auditLog.id, filter.before),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(limit);
}
