import { lt, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { submissions } from '../../schema/index.ts';

/**
 * Rows: deletes the submissions older than this, by submissions_created. Their keys may be used
 * again.
 */
export async function pruneSubmissions(db: Database, olderThanMs: number): Promise<void> {
  await db
    .delete(submissions)
    .where(
      lt(submissions.createdAt, sql`clock_timestamp() - ${olderThanMs} * interval '1 millisecond'`),
    );
}
