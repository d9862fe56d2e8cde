/* What the checks read from the database, as its owner and without Renderdeck's code. */
import type { FarmUnderTest } from '@renderdeck/standalone/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';

/** Reads with a connection of its own, and again while the database is away. */
async function read<Row>(
  farm: FarmUnderTest,
  work: (sql: ReturnType<typeof openSql>) => Promise<Row>,
): Promise<Row> {
  const found = await waitFor(
    async () => {
      const sql = openSql(farm.database.url, 1, { fetch_types: false });
      try {
        return { row: await work(sql) };
      } finally {
        await sql.end({ timeout: 1 });
      }
    },
    { withinMs: 120_000, everyMs: 250, what: 'the database to answer' },
  );
  return found.row;
}

export type JobRow = {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly version: number;
  readonly output: string;
  readonly failure: string | null;
  readonly warnings: readonly string[];
  readonly stopAsked: boolean;
};
export type AttemptRow = {
  readonly id: string;
  readonly jobId: string;
  readonly host: string;
  readonly outcome: string | null;
  readonly confirmed: boolean;
  readonly reason: string | null;
};

export function rowsOf(farm: FarmUnderTest) {
  return {
    attemptIds: (jobId: string): Promise<string[]> =>
      read(farm, async (sql) => {
        const rows = await sql`select id from attempts where job_id = ${jobId}`;
        return rows.map(({ id }) => String(id));
      }),
    /** The name of an attempt's job; null if the database does not know the attempt. */
    nameOfAttempt: (id: string): Promise<string | null> =>
      read(farm, async (sql) => {
        const [row] = await sql`
          select name from jobs j join attempts a on a.job_id = j.id where a.id = ${id}`;
        return row === undefined ? null : String(row.name);
      }),
    jobs: () =>
      read(
        farm,
        async (sql) =>
          await sql<JobRow[]>`
            select id, name, status, version, output, failure, warnings,
              stop_requested_at is not null as "stopAsked" from jobs`,
      ),
    attempts: () =>
      read(
        farm,
        async (sql) =>
          await sql<AttemptRow[]>`
            select id, job_id as "jobId", host, outcome, confirmed_at is not null as confirmed,
              unproven_reason as reason from attempts order by job_id, number`,
      ),
    /** The action and the job of each audit line that says that something was done. */
    audit: () =>
      read(farm, async (sql) => {
        const rows = await sql`
          select distinct action, job_id from audit_log where job_id is not null
            and outcome <> 'refused'`;
        return new Set(rows.map(({ action, job_id }) => `${action} ${job_id}`));
      }),
  };
}
