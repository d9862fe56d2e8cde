import { sql } from 'drizzle-orm';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import { GRANTS } from './grants.ts';

/** A sentence that says what to do where the user of this connection may not do what that role may; null where it may. */
export async function rightsProblem(
  db: Pick<PostgresJsDatabase, 'execute'>,
  role: keyof typeof GRANTS,
): Promise<string | null> {
  const needed = Object.entries(GRANTS[role])
    .filter(([what]) => !what.startsWith('sequence '))
    .flatMap(([table, privileges]) =>
      privileges.split(', ').map((privilege) => sql`(${table}::text, ${privilege}::text)`),
    );
  const [row] = await db.execute<{ user: string; lacks: string | null }>(sql`
    select current_user as user, string_agg(privilege || ' on ' || needed.name, ', ') filter (where not has_table_privilege(needed.name, privilege)) as lacks
    from (values ${sql.join(needed, sql`, `)}) as needed(name, privilege)`);
  return row?.lacks ? tooFewRights(role, row.user, row.lacks) : null;
}

/** The sentence for a user whom the database refuses what that role may. */
export function tooFewRights(
  role: string,
  user = 'the user of DATABASE_URL',
  lacks = 'usage on schema drizzle',
): string {
  return `The database lets ${user} do too little (it lacks ${lacks}); have "GRANT ${role} TO ${/^[a-z_]\w*$/.test(user) ? user : '<that user>'}" run, then start again.`;
}
