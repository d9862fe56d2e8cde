import type { AuditEntry } from '@renderdeck/domain';
import type { Database } from '../../connect.ts';
import { auditLog } from '../../schema/index.ts';

export type AuditedBy = {
  readonly actorKind: string;
  readonly actor: string;
  readonly channel: string;
  readonly address: string | null;
  readonly requestId: string | null;
};

/**
 * Rows: inserts one audit line. It runs in the transaction of the action, so the action and its
 * line are committed together or not at all.
 */
export async function insertAuditEntry(
  tx: Database,
  by: AuditedBy,
  entry: AuditEntry,
): Promise<void> {
  await tx.insert(auditLog).values({ ...by, ...entry });
}
