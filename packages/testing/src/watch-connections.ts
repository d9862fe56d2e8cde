import { setTimeout as delay } from 'node:timers/promises';
import type { Sql } from './open-sql.ts';

const EVERY_MS = 20;
/** How many connections there are for each purpose. */
export type Connections = Readonly<Record<string, number>>;

/**
 * Watches the connections of one program to the database of `sql`, by their names in
 * pg_stat_activity: `<program>: <purpose>`.
 */
export function watchConnections(sql: Sql, program: string) {
  let most: Record<string, number> = {};
  let stopped = false;
  const read = async (): Promise<Connections> => {
    const rows = await sql<{ purpose: string; count: number }[]>`
      select split_part(substr(application_name, ${program.length + 3}::int), ' ', 1) as purpose,
        count(*)::int as count
      from pg_stat_activity
      where datname = current_database() and starts_with(application_name, ${`${program}: `})
      group by 1`;
    return Object.fromEntries(rows.map(({ purpose, count }) => [purpose, count]));
  };
  const watching = (async () => {
    while (!stopped) {
      for (const [purpose, count] of Object.entries(await read()))
        most[purpose] = Math.max(most[purpose] ?? 0, count);
      await delay(EVERY_MS);
    }
  })();
  return {
    /** The connections at this moment. */
    read,
    /** The most connections for each purpose since the start, or since `forget`. */
    most: (): Connections => most,
    forget(): void {
      most = {};
    },
    async stop(): Promise<void> {
      stopped = true;
      await watching;
    },
  };
}
