/*
 * How guessing of passwords is limited: each sign-in is counted under its name and its address
 * before the password is checked. The counts are in the database, so the limits hold for all API
 * processes and for many guesses at once. Names that do not exist are counted like any other.
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
 * Counts a sign-in. Returns null if it may go on, otherwise the seconds to wait. An address over
 * its limit no longer counts for names, so that it can block three names at most.
 */
export async function countLogin(
  db: Database,
  name: string,
  address: string | null,
): Promise<number | null> {
  await pruneLoginAttempts(db);
  return (
    (await secondsToWait(db, addressKey(address), LOGIN_LIMITS.perAddress)) ??
    (await secondsToWait(db, nameKey(name), LOGIN_LIMITS.perName))
  );
}

async function secondsToWait(db: Database, key: string, most: number): Promise<number | null> {
  const { count, waitMs } = await countLoginAttempt(db, key, LOGIN_LIMITS.windowMs);
  return count <= most ? null : Math.max(1, Math.ceil(waitMs / 1000));
}

/**
 * After a good sign-in, deletes the count of its name and takes one from the count of its address.
 * The other guesses from that address still count.
 */
export async function uncountLogin(
  tx: Database,
  name: string,
  address: string | null,
): Promise<void> {
  await uncountLoginAttempt(tx, addressKey(address));
  await deleteLoginAttempts(tx, nameKey(name));
}

const addressKey = (address: string | null) => `address ${addressGroup(address)}`;

/** 32 bits of a hash: enough to count by, too few to recover a password typed as a name. */
const nameKey = (name: string) =>
  `name ${createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 8)}`;
