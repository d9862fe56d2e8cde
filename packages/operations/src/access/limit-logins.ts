/*
 * Guessing passwords, slowed down. Every sign-in is counted before its password is looked at, under
 * its name and under its address, in the database: however many API processes there are, and
 * however many guesses come at once, no more than the limit are looked at within a window. A good
 * sign-in takes its own count back. A name that nobody has counts like any other.
 */
import { createHash } from 'node:crypto';
import { addressGroup } from '@renderdeck/domain';
import {
  countLoginAttempt,
  type Database,
  deleteLoginAttempts,
  pruneLoginAttempts,
  uncountLoginAttempt,
} from '@renderdeck/store';

export const LOGIN_LIMITS = { perName: 10, perAddress: 30, windowMs: 5 * 60_000 } as const;

/**
 * Counts a sign-in; null where it may go on, otherwise for how many seconds none may. An address
 * that is over its limit counts for no name any more: so it keeps at most three people out, not
 * everybody.
 */
export async function countLogin(
  db: Database,
  name: string,
  address: string | null,
): Promise<number | null> {
  await pruneLoginAttempts(db);
  return (
    (await waitFor(db, addressKey(address), LOGIN_LIMITS.perAddress)) ??
    (await waitFor(db, nameKey(name), LOGIN_LIMITS.perName))
  );
}

async function waitFor(db: Database, key: string, most: number): Promise<number | null> {
  const { count, waitMs } = await countLoginAttempt(db, key, LOGIN_LIMITS.windowMs);
  return count <= most ? null : Math.max(1, Math.ceil(waitMs / 1000));
}

/**
 * A good sign-in: its name begins anew; of its address only this one is taken back, so that an own
 * account clears no guesses at others.
 */
export async function forgiveLogin(
  tx: Database,
  name: string,
  address: string | null,
): Promise<void> {
  await uncountLoginAttempt(tx, addressKey(address));
  await deleteLoginAttempts(tx, nameKey(name));
}

const addressKey = (address: string | null) => `address ${addressGroup(address)}`;

/**
 * 32 bits of a hash: enough to count by, too few to tell what was typed, which may be a password.
 */
const nameKey = (name: string) =>
  `name ${createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 8)}`;
