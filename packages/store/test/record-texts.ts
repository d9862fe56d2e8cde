import { drizzle } from 'drizzle-orm/postgres-js';
import type { Database } from '../src/connect.ts';
import { sessionOf } from '../src/session-of.ts';

type Text = { readonly text: string; readonly values: unknown[] };

/** A database without a connection: it keeps the statements that it is sent, and finds nothing. */
export function recordTexts(): { readonly db: Database; readonly texts: readonly Text[] } {
  const texts: Text[] = [];
  const db = drizzle.mock();
  const unsafe = (text: string, values: unknown[]) => {
    texts.push({ text, values });
    const nothing = Promise.resolve([]);
    return Object.assign(nothing, { values: () => nothing, execute: () => nothing });
  };
  Object.assign(sessionOf(db).client, { unsafe });
  return { db, texts };
}
