import { workerChannel } from '@renderdeck/operations';
import { openSql } from '@renderdeck/testing/open-sql';
import { waitFor } from '@renderdeck/testing/wait-for';
import type { BenchDatabase } from '../bench-databases.ts';

/** The channels of this version and of earlier ones, without those of the workers. */
const CHANNELS = ['jobs', 'queue', 'hosts', 'access', 'logs', 'webhooks'];
const MARK = 'renderdeck_mark';

/** The connections of the hosts by their purpose, and the others. */
export type Connections = {
  readonly hosts: Readonly<Record<string, number>>;
  readonly api: number;
};

/** Counts what a database does for all its clients. It listens on every channel. */
export async function watchServer({ url, sql }: BenchDatabase) {
  const listener = openSql(url, 1);
  let heard = 0;
  let marks = 0;
  const count = () => {
    heard += 1;
  };
  for (const channel of CHANNELS) await listener.listen(`renderdeck_${channel}`, count);
  await listener.listen(MARK, () => {
    marks += 1;
  });
  return {
    /** Also counts the notifications to the workers that are registered now. */
    async followWorkers(): Promise<void> {
      const rows = await sql`SELECT worker_id AS id FROM render_hosts`;
      for (const { id } of rows) await listener.listen(workerChannel(String(id)), count);
    },
    /** The transactions that the database has committed. A statement alone is a transaction. */
    async transactions(): Promise<number> {
      const [row] = await sql`SELECT xact_commit::float8 AS n FROM pg_stat_database
        WHERE datname = current_database()`;
      return Number(row?.n);
    },
    /** The notifications so far. They arrive in the order of their commits. */
    async notifications(): Promise<number> {
      const before = marks;
      await sql`SELECT pg_notify(${MARK}, '')`;
      await waitFor(() => marks > before, {
        what: 'a notification of the bench',
        withinMs: 60_000,
      });
      return heard;
    },
    async connections(): Promise<Connections> {
      const rows = await sql`
        SELECT CASE WHEN starts_with(application_name, 'renderdeck worker ')
            THEN split_part(split_part(application_name, ': ', 2), ' ', 1) END AS purpose,
          count(*)::int AS n
        FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend'
          AND (starts_with(application_name, 'renderdeck worker ')
            OR starts_with(application_name, 'renderdeck api'))
        GROUP BY 1`;
      const hosts = rows.flatMap(({ purpose, n }) =>
        purpose === null ? [] : [[String(purpose), Number(n)] as const],
      );
      const api = rows.find(({ purpose }) => purpose === null);
      return { hosts: Object.fromEntries(hosts), api: Number(api?.n ?? 0) };
    },
    async megabytes(): Promise<number> {
      const [row] = await sql`SELECT pg_database_size(current_database())::float8 / 1e6 AS mb`;
      return Number(row?.mb);
    },
    close: () => listener.end({ timeout: 5 }),
  };
}
