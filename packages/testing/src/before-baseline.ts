import { readFile } from 'node:fs/promises';
import type { Sql } from './open-sql.ts';

/** The time of the last migration before the first release. */
export const LAST_BEFORE_BASELINE = 1795907583355;

const SCHEMA = new URL('./before-baseline.sql', import.meta.url);

/** Replaces a database by an empty one from before the first release. `sql` has one connection. */
export async function makeEarly(sql: Sql): Promise<void> {
  await sql.unsafe(
    'drop schema public cascade; drop schema if exists drizzle cascade; create schema public',
  );
  await sql.unsafe(await readFile(SCHEMA, 'utf8'));
  await sql.unsafe('reset all');
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at)
    select 'of ' || number, ${LAST_BEFORE_BASELINE}::bigint - number
    from generate_series(0, 44) as number`;
  await sql`insert into work_locks
    values ('queueOrder'), ('queueCounts'), ('auditSeals'), ('receiptSeries')`;
  await sql`insert into receipt_series (incarnation, after) values (database_life(), 0)`;
}
