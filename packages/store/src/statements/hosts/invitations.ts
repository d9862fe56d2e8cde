import type { LoginObstacle } from '@renderdeck/domain';
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import type { Database } from '../../database.ts';
import { hostInvitations } from '../../schema/index.ts';

export type InvitationRow = typeof hostInvitations.$inferSelect;
type NewInvitation = Pick<InvitationRow, 'id' | 'host' | 'tokenHash' | 'replaces' | 'createdBy'>;

/**
 * Rows: inserts one invitation and withdraws the open ones of its host. Reads all invitations,
 * which are few. Two at once may both stay open; each is for one use.
 */
export async function insertInvitation(
  tx: Database,
  invitation: NewInvitation,
  lastsMs: number,
): Promise<InvitationRow> {
  await withdrawInvitations(tx, invitation.host);
  const [row] = await tx
    .insert(hostInvitations)
    .values({
      ...invitation,
      createdAt: sql`clock_timestamp()`,
      expiresAt: sql`clock_timestamp() + ${lastsMs} * interval '1 millisecond'`,
    })
    .returning();
  if (row === undefined) throw new Error('the invitation was not inserted');
  return row;
}

/** An invitation with which a machine may still join. */
const IS_OPEN = and(
  isNull(hostInvitations.joinedAt),
  isNull(hostInvitations.withdrawnAt),
  sql`${hostInvitations.expiresAt} > clock_timestamp()`,
);

/**
 * Rows: withdraws the open invitations of one host. Reads all invitations, which are few. Waits for
 * a machine that joins just now; its invitation is then used, and stays so. Returns whether there
 * was one.
 */
export async function withdrawInvitations(tx: Database, host: string): Promise<boolean> {
  const rows = await tx
    .update(hostInvitations)
    .set({ withdrawnAt: sql`clock_timestamp()` })
    .where(and(eq(hostInvitations.host, host), IS_OPEN))
    .returning({ id: hostInvitations.id });
  return rows.length > 0;
}

/** Rows: reads all invitations, which are few. Order: the one that ends first comes first. */
export async function listOpenInvitations(db: Database): Promise<InvitationRow[]> {
  return await db
    .select()
    .from(hostInvitations)
    .where(IS_OPEN)
    .orderBy(asc(hostInvitations.expiresAt), asc(hostInvitations.id));
}

/** Rows: deletes invitations that ended more than a month ago. Reads all. */
export async function deleteOldInvitations(tx: Database): Promise<void> {
  await tx
    .delete(hostInvitations)
    .where(sql`${hostInvitations.expiresAt} < clock_timestamp() - interval '30 days'`);
}

/**
 * Rows: reads and locks the invitation with this hash, by host_invitations_token, so that a second
 * host with the same token waits. Null if there is none.
 */
export async function lockInvitation(
  tx: Database,
  tokenHash: string,
): Promise<(InvitationRow & { readonly isExpired: boolean }) | null> {
  const [row] = await tx
    .select({
      invitation: hostInvitations,
      isExpired: sql<boolean>`${hostInvitations.expiresAt} <= clock_timestamp()`,
    })
    .from(hostInvitations)
    .where(eq(hostInvitations.tokenHash, tokenHash))
    .for('update');
  return row === undefined ? null : { ...row.invitation, isExpired: row.isExpired };
}

/** What the database says about the login of a host. */
export type HostLoginState = {
  readonly login: string | null;
  readonly obstacle: LoginObstacle | null;
};

/** Rows: reads the login of one host by primary key, and the rights of the owner of the tables. */
export async function findHostLoginState(db: Database, host: string): Promise<HostLoginState> {
  const [row] = await db.execute<{
    login: string | null;
    owner: string;
    lacks: LoginObstacle['lacks'] | null;
  }>(sql`select login, owner, lacks from host_login_state(${host})`);
  if (row === undefined) throw new Error('the database did not tell about its owner');
  const { login, owner, lacks } = row;
  return { login, obstacle: lacks === null ? null : { lacks, owner, login } };
}

/** Where a join came from, for its audit line. */
export type JoinAsked = {
  readonly channel: string;
  readonly address: string | null;
  readonly requestId: string | null;
};

/**
 * Rows: uses one open invitation, and makes or changes one login with the rights of the owner.
 * Writes the audit line. Throws if the invitation is not open. The first login of a farm also makes
 * the policies, which locks nine tables for a moment.
 */
export async function makeHostLogin(
  tx: Database,
  tokenHash: string,
  verifier: string,
  asked: JoinAsked,
): Promise<string> {
  const [row] = await tx.execute<{ login: string }>(sql`
    select make_host_login(${tokenHash}, ${verifier}, ${JSON.stringify(asked)}::jsonb) as login`);
  if (row === undefined) throw new Error('make_host_login returned no login');
  return row.login;
}

/** Rows: ends the login of one host with the rights of the owner. */
export async function revokeHostLogin(tx: Database, host: string): Promise<void> {
  await tx.execute(sql`select revoke_host_login(${host})`);
}

/** A session of a host's login that was ended, and why, as end_left_sessions says. */
export type EndedSession = {
  readonly login: string;
  readonly reason: 'ended' | 'transaction' | 'locks';
};

/**
 * Rows: none. Ends sessions that a host's login may not keep, with the rights of the owner.
 * `longestMs`: how long a transaction of such a login may last.
 */
export async function endLeftSessions(db: Database, longestMs: number): Promise<EndedSession[]> {
  return await db.execute<EndedSession>(sql`
    select login, reason from end_left_sessions(${longestMs} * interval '1 millisecond')`);
}

/** Rows: ends the login of this connection, and writes the audit line. */
export async function leaveFarm(db: Database, login: string): Promise<void> {
  await db.execute(sql`select leave_farm(${`leave ${login}`})`);
}
