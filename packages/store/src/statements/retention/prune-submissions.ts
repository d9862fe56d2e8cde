import { and, lt, ne, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { submissions } from '../../schema/index.ts';
import { UIDS } from '../submissions/nexrender-uids.ts';

/**
 * Rows: deletes the submissions with keys older than this, by submissions_created. Their keys may
 * be used again. Uids stay as long as their jobs.
 */
export async function pruneSubmissions(db: Database, olderThanMs: number): Promise<void> {
  await db
    .delete(submissions)
    .where(
      and(
        lt(
          submissions.createdAt,
          sql`clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`,
        ),
        ne(submissions.principal, UIDS),
      ),
    );
}
