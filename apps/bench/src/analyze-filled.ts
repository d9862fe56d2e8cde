import type { Sql } from '@renderdeck/testing/open-sql';

/**
 * Vacuums and analyses the tables that have rows, as autovacuum does after a while. PostgreSQL
 * keeps a plan until the next ANALYZE; one that was made for a table that is known to be empty
 * reads the whole table, however large it grows.
 */
export async function analyzeFilled(sql: Sql): Promise<void> {
  const tables = await sql`
    SELECT schemaname AS schema, tablename AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`;
  for (const { schema, name } of tables) {
    const table = sql(`${schema}.${name}`);
    const [row] = await sql`SELECT EXISTS (SELECT FROM ${table}) AS filled`;
    if (row?.filled === true) await sql`VACUUM ANALYZE ${table}`;
  }
}
