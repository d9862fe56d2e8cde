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
