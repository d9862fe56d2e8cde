import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Sql } from './open-sql.ts';

/** The time of the last migration before the first release. */
export const LAST_BEFORE_BASELINE = 1795907583355;

const SCHEMA = new URL('./before-baseline.sql', import.meta.url);
/** Most tables are those of the first migration. This is its hash, because it never changes. */
const TABLES = new URL('../../store/migrations/0000_tables.sql', import.meta.url);
const HASH = 'ce5ee858e8fe143dfe1db1ecbbda5f45bac3f8f087cb680fa5659581e2716cb4';

/** Replaces a database by an empty one from before the first release. `sql` has one connection. */
export async function makeEarly(sql: Sql): Promise<void> {
  const tables = await readFile(TABLES, 'utf8');
  if (createHash('sha256').update(tables).digest('hex') !== HASH)
    throw new Error('0000_tables.sql was changed, although databases were made with it.');
  const schema = (await readFile(SCHEMA, 'utf8')).replace('-- HERE: 0000_tables', () => tables);
  await sql.unsafe(
    'drop schema public cascade; drop schema if exists drizzle cascade; create schema public',
  );
  await sql.unsafe(schema);
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at)
    select 'of ' || number, ${LAST_BEFORE_BASELINE}::bigint - number
    from generate_series(0, 44) as number`;
  await sql`insert into work_locks
    values ('queueOrder'), ('queueCounts'), ('auditSeals'), ('receiptSeries')`;
  await sql`insert into receipt_series (incarnation, after) values (database_life(), 0)`;
}
