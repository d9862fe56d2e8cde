import { Column, getTableColumns, is, type Query, SQL, Table } from 'drizzle-orm';
import type { PgSelectBuilder, SelectedFields } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import type { Database } from '../database.ts';
import { sendPrepared, type Values } from './send-prepared.ts';

type Select<Row> = PromiseLike<Row[]> & { toSQL(): Pick<Query, 'sql' | 'params'> };
type Field = { readonly name: string } & (
  | { readonly decode: ((value: unknown) => unknown) | null }
  | { readonly fields: readonly Field[] }
);

/** A drizzle database without a connection, which only makes selects. */
const maker = drizzle.mock();

/**
 * A select of drizzle that runs often. Its text is made once, and each connection parses it once.
 * Its rows have the form that drizzle gives. A nested object in which every value is null, as after
 * a left join, is null.
 */
export function prepareSelect<Selected extends SelectedFields, Row>(
  selected: Selected,
  build: (select: PgSelectBuilder<Selected>) => Select<Row>,
) {
  const fields = fieldsOf(selected);
  let text: Pick<Query, 'sql' | 'params'> | null = null;
  return async (db: Database, values?: Values): Promise<readonly Row[]> => {
    text ??= build(maker.select(selected)).toSQL();
    const rows = await sendPrepared<unknown[]>(db, text, values, { asArrays: true });
    return rows.map((row) => toObject<Row>(fields, row));
  };
}

/** The order of the fields is the order of the columns. */
function fieldsOf(selected: object): readonly Field[] {
  return Object.entries(selected).map(([name, field]): Field => {
    if (is(field, Column))
      return { name, decode: (value: unknown) => field.mapFromDriverValue(value) };
    if (is(field, Table)) return { name, fields: fieldsOf(getTableColumns(field)) };
    const isSql = is(field, SQL) || is(field, SQL.Aliased);
    return isSql ? { name, decode: null } : { name, fields: fieldsOf(field) };
  });
}

function toObject<Row>(fields: readonly Field[], row: readonly unknown[]): Row;
function toObject(fields: readonly Field[], row: readonly unknown[]): unknown {
  const values = row.values();
  return readObject(fields, () => values.next().value).object;
}

function readObject(fields: readonly Field[], next: () => unknown) {
  const object: Record<string, unknown> = {};
  let isEmpty = true;
  for (const field of fields) {
    if ('fields' in field) {
      const nested = readObject(field.fields, next);
      object[field.name] = nested.isEmpty ? null : nested.object;
      continue;
    }
    const value = next();
    if (value !== null) isEmpty = false;
    object[field.name] = value === null || field.decode === null ? value : field.decode(value);
  }
  return { object, isEmpty };
}
