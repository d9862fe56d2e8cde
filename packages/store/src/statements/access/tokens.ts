import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../../connect.ts';
import { apiTokens } from '../../schema/index.ts';

export type TokenRow = typeof apiTokens.$inferSelect;

/** Rows: one new token; null where the name is taken, by api_tokens_name. */
export async function insertToken(
  db: Database,
  token: Pick<TokenRow, 'id' | 'name' | 'role' | 'secretHash' | 'createdBy'>,
  lastsMs: number | null,
): Promise<TokenRow | null> {
  const expiresAt =
    lastsMs === null ? null : sql`clock_timestamp() + ${lastsMs} * interval '1 millisecond'`;
  const [row] = await db
    .insert(apiTokens)
    .values({ ...token, expiresAt })
    .onConflictDoNothing()
    .returning();
  return row ?? null;
}

/**
 * Reads: the token with this hash that is neither revoked nor over, by api_tokens_secret; null where there is none. `touchDue`: a minute or more, by the
 * database's clock, or never.
 */
export async function findOpenToken(
  db: Database,
  secretHash: string,
): Promise<{ readonly token: TokenRow; readonly touchDue: boolean } | null> {
  const alive = and(
    isNull(apiTokens.revokedAt),
    or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, sql`clock_timestamp()`)),
  );
  const [row] = await db
    .select({
      token: apiTokens,
      touchDue: sql<boolean>`coalesce(${apiTokens.lastUsedAt} < clock_timestamp() - interval '1 minute', true)`,
    })
    .from(apiTokens)
    .where(and(eq(apiTokens.secretHash, secretHash), alive));
  return row ?? null;
}

/** Rows: one token: it was used now. */
export async function touchToken(db: Database, id: string): Promise<void> {
  await db
    .update(apiTokens)
    .set({ lastUsedAt: sql`clock_timestamp()` })
    .where(eq(apiTokens.id, id));
}

/** Rows: one token by name, whatever its case, revoked from now on. Null where it is revoked already, or there is none. */
export async function revokeToken(tx: Database, name: string): Promise<TokenRow | null> {
  const [row] = await tx
    .update(apiTokens)
    .set({ revokedAt: sql`clock_timestamp()` })
    .where(and(eq(sql`lower(${apiTokens.name})`, sql`lower(${name})`), isNull(apiTokens.revokedAt)))
    .returning();
  return row ?? null;
}

/** Reads: a token by name, whatever its case, by api_tokens_name; null where there is none. */
export async function findToken(db: Database, name: string): Promise<TokenRow | null> {
  const [row] = await db
    .select()
    .from(apiTokens)
    .where(eq(sql`lower(${apiTokens.name})`, sql`lower(${name})`));
  return row ?? null;
}

/** Reads: every token, by name. */
export async function listTokens(db: Database): Promise<readonly TokenRow[]> {
  return await db.select().from(apiTokens).orderBy(apiTokens.name);
}
