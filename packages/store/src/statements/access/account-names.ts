import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { takeWorkLock } from '../../work-lock.ts';

/**
 * What people see of a name: without differences of case, width and repeated spaces, and without
 * the word that is shown in front of the name of a token.
 */
const visibleForm = (name: SQL) => sql`regexp_replace(regexp_replace(
  lower(normalize(${name}, NFKC)), '[[:space:]]+', ' ', 'g'), '^((token|user) )+', '')`;

/**
 * Rows: reads whether a user or a token has this name, or a name that looks the same; it reads all
 * users and tokens, which are few. Lock: the lock of account names until the transaction ends, so
 * two names that look the same cannot be made at the same time.
 */
export async function lockAccountName(tx: Database, name: string): Promise<boolean> {
  await tx.execute(sql`select ${takeWorkLock('accountNames')}`);
  const wanted = visibleForm(sql`${name}::text`);
  const found = await tx.execute(sql`
    select from users where ${visibleForm(sql`name`)} = ${wanted}
    union all select from api_tokens where ${visibleForm(sql`name`)} = ${wanted} limit 1`);
  return found.length > 0;
}
