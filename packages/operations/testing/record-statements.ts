import type { Database } from '@renderdeck/store';
import { databaseOf } from '@renderdeck/store/connect';

/** Marks the start of a transaction in the list of statements. */
export const BEGIN = 'begin';

/** The same database, with a list of the statements that it sends, also inside transactions. */
export function recordStatements(db: Database): {
  readonly db: Database;
  readonly statements: string[];
} {
  const statements: string[] = [];
  const record = (of: Database): Database =>
    databaseOf(
      (text, values, sending) => {
        statements.push(text);
        return of.send(text, values, sending);
      },
      (work, config) => {
        statements.push(BEGIN);
        return of.begin((tx) => work(record(tx)), config);
      },
    );
  return { db: record(db), statements };
}
