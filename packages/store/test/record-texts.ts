import type { Sql } from '@renderdeck/testing/open-sql';
import { type Database, databaseOf } from '../src/database.ts';

type Text = { readonly text: string; readonly values: unknown[] };

/** A database without a connection: it records the statements that are sent, and finds nothing. */
export function recordTexts(): { readonly db: Database; readonly texts: readonly Text[] } {
  const texts: Text[] = [];
  const db: Database = databaseOf(
    async (text, values) => {
      texts.push({ text, values });
      return [];
    },
    (work) => work(db),
  );
  return { db, texts };
}

/** The plan of a statement as text. `how`: options of EXPLAIN. */
export async function explain(
  sql: Sql,
  text: string,
  values: readonly unknown[] = [],
  how = '',
): Promise<string> {
  const sent = values.map((value) => (value === null ? null : String(value)));
  const rows = await sql.unsafe(`explain ${how} ${text}`, sent);
  return rows.map((row) => String(row['QUERY PLAN'])).join('\n');
}

/** The plans of the statements that the call sends. They are not run, so they find nothing. */
export async function plansOf(
  sql: Sql,
  call: (db: Database) => Promise<unknown>,
): Promise<readonly string[]> {
  const { db, texts } = recordTexts();
  await call(db);
  const plans: string[] = [];
  for (const { text, values } of texts) plans.push(await explain(sql, text, values));
  return plans;
}
