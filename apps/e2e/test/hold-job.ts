import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';

/** A job's row, held as by a slow act: whoever wants it waits in line. */
export type HeldJob = {
  /** Resolves when so many statements like this one wait for the row. */
  waiting(statement: string, many?: number): Promise<void>;
  /** Lets the line go on, in its order. */
  release(): Promise<void>;
};

/** Locks the job in a transaction of its own until it is released. */
export async function holdJob(databaseUrl: string, id: string): Promise<HeldJob> {
  const sql = openSql(databaseUrl);
  let letGo: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let over: Promise<unknown> = Promise.resolve();
  await new Promise<void>((locked, failed) => {
    over = sql
      .begin(async (tx) => {
        await tx`SELECT id FROM jobs WHERE id = ${id} FOR UPDATE`;
        locked();
        await released;
      })
      .catch(failed);
  });
  return {
    async waiting(statement, many = 1) {
      await waitFor(
        async () => {
          const found =
            await sql`SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
          const fitting = found.filter(({ query }) =>
            String(query).toLowerCase().includes(statement),
          );
          if (fitting.length >= many) return true;
          throw new Error(
            `waiting are: ${found.map(({ query }) => String(query).slice(0, 80)).join('; ')}`,
          );
        },
        { withinMs: 20_000, what: `${many} × ${statement} to wait for job ${id}` },
      );
    },
    async release() {
      letGo();
      await over;
      await sql.end();
    },
  };
}
