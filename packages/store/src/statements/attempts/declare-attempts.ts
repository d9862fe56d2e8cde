import { and, inArray, isNotNull, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts } from '../../schema/index.ts';

/**
 * Rows: marks these attempts as declared, by primary key. Fence: an attempt that was proven or
 * declared in between stays unchanged. Returns the attempts that are newly declared. Order: none.
 */
export async function declareAttempts(
  tx: Database,
  attemptIds: readonly string[],
  by: { readonly actor: string; readonly reason: string },
): Promise<readonly { readonly jobId: string; readonly number: number }[]> {
  if (attemptIds.length === 0) return [];
  return await tx
    .update(attempts)
    .set({
      declaredAt: sql`clock_timestamp()`,
      declaredBy: by.actor,
      declaredReason: by.reason,
    })
    .where(
      and(
        inArray(attempts.id, [...attemptIds]),
        isNotNull(attempts.outcome),
        isNull(attempts.confirmedAt),
        isNull(attempts.declaredAt),
      ),
    )
    .returning({ jobId: attempts.jobId, number: attempts.number });
}
