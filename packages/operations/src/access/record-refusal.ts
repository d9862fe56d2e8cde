import type { AuditAction } from '@renderdeck/domain';
import { type AdminContext, audit } from '../operation-context.ts';

/** The audit line of an act that was refused: it changed nothing, so this line is all there is. */
export async function recordRefusal(context: AdminContext, action: AuditAction, code: string, jobId: string | null): Promise<void> {
  await audit(context.db, context.asker, { action, outcome: 'refused', code, jobId });
}
