import { and, eq, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { attempts, renderHosts } from '../../schema/index.ts';
import { type AttemptRow, attemptColumns } from './find-attempt.ts';

/** An attempt without a proof. `sinceHeardMs`: the time since its daemon was last heard. */
export type Orphan = AttemptRow & { readonly sinceHeardMs: number };

/**
 * Rows: reads the unconfirmed attempts of this host that its daemon does not run now: attempts of
 * an earlier daemon, and attempts that were given up as lost. Attempts of older versions have no
 * host id and are found by the name. By attempts_unconfirmed_host and attempts_unconfirmed.
 */
export async function findUnconfirmedAttempts(
  db: Database,
  own: { readonly host: string; readonly hostId: string; readonly workerId: string },
): Promise<readonly Orphan[]> {
  return await db
    .select({
      ...attemptColumns,
      sinceHeardMs: sql<number>`(extract(epoch from clock_timestamp() - coalesce(
        ${attempts.hostLastHeardAt}, ${renderHosts.lastHeardAt}, ${attempts.createdAt}
      )) * 1000)::float8`,
    })
    .from(attempts)
    .leftJoin(
      renderHosts,
      and(
        eq(renderHosts.name, attempts.host),
        eq(renderHosts.hostId, attempts.hostId),
        ne(renderHosts.workerId, own.workerId),
      ),
    )
    .where(
      and(
        or(
          eq(attempts.hostId, own.hostId),
          and(isNull(attempts.hostId), eq(attempts.host, own.host)),
        ),
        or(ne(attempts.workerId, own.workerId), isNotNull(attempts.outcome)),
        isNull(attempts.confirmedAt),
      ),
    )
    .orderBy(attempts.createdAt);
}
