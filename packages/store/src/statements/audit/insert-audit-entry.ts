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

/** Rows: one new audit line, in the act's own transaction: no act without its line, no line without its act. */
export async function insertAuditEntry(
  tx: Database,
  by: AuditedBy,
  entry: AuditEntry,
): Promise<void> {
  await tx.insert(auditLog).values({ ...by, ...entry });
}
