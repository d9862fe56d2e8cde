import type postgres from 'postgres';
import { MOST_HOLD_MS } from './brief-step.ts';
import { queriesOn } from './database.ts';
import { explainConnection } from './explain-connection.ts';
import { openClient } from './open-client.ts';
import { withPins } from './pinned-settings.ts';
import { findPending, findTables, isCalm, readMigrations } from './run-migrations.ts';
import { SCHEMA_LEVEL } from './schema-level.ts';
import { explainRefused, MIGRATIONS_FOLDER, readSchemaState } from './schema-state.ts';
import { serverProblem } from './state-problem.ts';

/**
 * What `migrate` would do with this database, a line for each step: the tables, about how many rows
 * they have, and how long each may be held. Changes nothing. Throws a sentence if `migrate` would
 * refuse the database.
 */
export async function planMigration(url: string): Promise<readonly string[]> {
  const run = async () => {
    const client = openClient(url, { name: 'renderdeck migrate', size: 1, reconnects: false });
    try {
      return await planOn(client.sql);
    } finally {
      await client.end(1);
    }
  };
  try {
    return await withPins(url, run);
  } catch (error) {
    const sentence = explainConnection(error, url);
    throw sentence === null ? error : new Error(sentence, { cause: error });
  }
}

async function planOn(sql: postgres.Sql): Promise<readonly string[]> {
  const state = await readSchemaState(queriesOn(sql));
  const refused = (await serverProblem(queriesOn(sql))) ?? explainRefused(state);
  if (refused !== null) throw new Error(refused);
  if (state.level === 0) return ['The database has no tables of Renderdeck. migrate makes them.'];
  const lines: string[] = [];
  for (const migration of await findPending(sql, readMigrations(MIGRATIONS_FOLDER))) {
    const tables = await findTables(sql, migration.sql);
    const held = isCalm(migration) ? 'all programs go on' : `held for at most ${MOST_HOLD}`;
    const what = tables.map(({ name, rows }) => `${name.replace('public.', '')}${count(rows)}`);
    lines.push(
      `${migration.name}: ${what.length === 0 ? 'a new table' : `${what.join(', ')}; ${held}`}.`,
    );
  }
  const isCurrent = state.functions === 'this' && state.level === SCHEMA_LEVEL;
  if (!isCurrent)
    lines.push(
      `Functions, rights and rules: each table that changes, held for at most ${MOST_HOLD}.`,
    );
  return lines.length === 0 ? ['The database has the schema of this version.'] : lines;
}

const MOST_HOLD = `${MOST_HOLD_MS / 1000} s`;

function count(rows: number): string {
  return rows < 0 ? '' : ` (about ${Math.round(rows).toLocaleString('en')} rows)`;
}
