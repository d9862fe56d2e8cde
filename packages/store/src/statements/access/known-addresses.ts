import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { knownAddresses, users } from '../../schema/index.ts';

/**
 * Rows: reads the name of one user, by users_name, and whether the user signed in from an address
 * group within `knownMs`, by primary key. Null if there is no such user.
 */
export async function findLoginName(
  db: Database,
  name: string,
  addressGroup: string,
  knownMs: number,
): Promise<{ readonly name: string; readonly isKnown: boolean } | null> {
  const [row] = await db
    .select({
      name: users.name,
      isKnown: sql<boolean>`exists (select from ${knownAddresses} k where k.user_id = ${users.id}
        and k.address_group = ${addressGroup}
        and k.last_at > clock_timestamp() - ${knownMs} * interval '1 millisecond')`,
    })
    .from(users)
    .where(eq(sql`lower(${users.name})`, sql`lower(${name})`));
  return row ?? null;
}

/**
 * Rows: inserts or updates one address group, by primary key, and keeps the latest `most` of the
 * user.
 */
export async function rememberAddress(
  tx: Database,
  { userId, addressGroup }: { readonly userId: string; readonly addressGroup: string },
  most: number,
): Promise<void> {
  const lastAt = sql`clock_timestamp()`;
  await tx
    .insert(knownAddresses)
    .values({ userId, addressGroup, lastAt })
    .onConflictDoUpdate({
      target: [knownAddresses.userId, knownAddresses.addressGroup],
      set: { lastAt },
    });
  await tx.delete(knownAddresses).where(sql`${knownAddresses.userId} = ${userId}
    and ${knownAddresses.addressGroup} in (
      select k.address_group from known_addresses k where k.user_id = ${userId}
      order by k.last_at desc, k.address_group offset ${most})`);
}

/** Rows: deletes the known address groups of one user, by primary key. */
export async function forgetAddresses(tx: Database, userId: string): Promise<void> {
  await tx.delete(knownAddresses).where(eq(knownAddresses.userId, userId));
}
