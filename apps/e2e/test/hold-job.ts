import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';

/** A locked row of a job. A slow operation locks it in the same way, and other statements wait. */
export type HeldJob = {
  /** Resolves when `count` statements that contain `statement` wait for the lock. */
  waiting(statement: string, count?: number): Promise<void>;
  /** Releases the lock. The waiting statements then run in their order. */
  release(): Promise<void>;
};

/** Locks the job's row in its own transaction until `release`. */
export async function holdJob(databaseUrl: string, id: string): Promise<HeldJob> {
  const sql = openSql(databaseUrl);
  let resolveReleased: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    resolveReleased = resolve;
  });
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((locked, failed) => {
    ended = sql
      .begin(async (tx) => {
        await tx`SELECT id FROM jobs WHERE id = ${id} FOR UPDATE`;
        locked();
        await released;
      })
      .catch(failed);
  });
  return {
    async waiting(statement, count = 1) {
      await waitFor(
        async () => {
          const waiting = await sql`
            SELECT query FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'`;
          const queries = waiting.map(({ query }) => String(query));
          const matching = queries.filter((query) => query.toLowerCase().includes(statement));
          if (matching.length >= count) return true;
          const shown = queries.map((query) => query.slice(0, 80)).join('; ');
          throw new Error(`waiting are: ${shown}`);
        },
        { withinMs: 60_000, what: `${count} × ${statement} to wait for job ${id}` },
      );
    },
    async release() {
      resolveReleased();
      await ended;
      await sql.end();
    },
  };
}
