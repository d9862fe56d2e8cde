import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { apiTokens } from '../../schema/index.ts';

export type TokenRow = typeof apiTokens.$inferSelect;

/** Rows: inserts one token. Fence: api_tokens_name; returns null if the name is taken. */
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
 * Rows: reads the token with this hash, by api_tokens_secret. Null if there is none, or if it was
 * revoked or has expired. `touchDue`: the saved time of use is missing, or a minute old or more.
 */
export async function findOpenToken(
  db: Database,
  secretHash: string,
): Promise<{ readonly token: TokenRow; readonly touchDue: boolean } | null> {
  const open = and(
    isNull(apiTokens.revokedAt),
    or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, sql`clock_timestamp()`)),
  );
  const [row] = await db
    .select({
      token: apiTokens,
      touchDue: sql<boolean>`coalesce(
        ${apiTokens.lastUsedAt} < clock_timestamp() - interval '1 minute', true)`,
    })
    .from(apiTokens)
    .where(and(eq(apiTokens.secretHash, secretHash), open));
  return row ?? null;
}

/** Rows: saves when one token was used, by primary key. */
export async function touchToken(db: Database, id: string): Promise<void> {
  await db
    .update(apiTokens)
    .set({ lastUsedAt: sql`clock_timestamp()` })
    .where(eq(apiTokens.id, id));
}

/**
 * Rows: revokes one token by its name, by api_tokens_name; upper and lower case are the same. Null
 * if there is none, or if it is already revoked.
 */
export async function revokeToken(tx: Database, name: string): Promise<TokenRow | null> {
  const [row] = await tx
    .update(apiTokens)
    .set({ revokedAt: sql`clock_timestamp()` })
    .where(and(eq(sql`lower(${apiTokens.name})`, sql`lower(${name})`), isNull(apiTokens.revokedAt)))
    .returning();
  return row ?? null;
}

/**
 * Rows: reads one token by its name, by api_tokens_name; upper and lower case are the same. Null if
 * there is none.
 */
export async function findToken(db: Database, name: string): Promise<TokenRow | null> {
  const [row] = await db
    .select()
    .from(apiTokens)
    .where(eq(sql`lower(${apiTokens.name})`, sql`lower(${name})`));
  return row ?? null;
}

/** Rows: reads all tokens. Order: by name. */
export async function listTokens(db: Database): Promise<readonly TokenRow[]> {
  return await db.select().from(apiTokens).orderBy(apiTokens.name);
}
