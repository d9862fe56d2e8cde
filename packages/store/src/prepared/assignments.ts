import { type Column, getTableColumns, type SQL, sql, type Table } from 'drizzle-orm';
import type { Values } from './send-prepared.ts';

/** The values of the keys of a row that are set, under names that begin with `prefix`. */
export function valuesOf(table: Table, row: object, prefix: string): Values {
  const columns: Readonly<Record<string, Column>> = getTableColumns(table);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(row)) {
    const column = columns[key];
    if (column === undefined || value === undefined) continue;
    values[prefix + key] = value === null ? null : column.mapToDriverValue(value);
  }
  return values;
}

/** `column = $value, …` for these values. */
export function assignments(table: Table, values: Values, prefix: string): SQL {
  const columns: Readonly<Record<string, Column>> = getTableColumns(table);
  const sets = Object.keys(values).flatMap((name) => {
    const column = columns[name.slice(prefix.length)];
    if (column === undefined) return [];
    return [sql`${sql.identifier(column.name)} = ${sql.placeholder(name)}`];
  });
  return sql.join(sets, sql`, `);
}
