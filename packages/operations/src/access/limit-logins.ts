/*
 * Guessing passwords, slowed down. Every sign-in is counted before its password is looked at, under its name and under its address, in the database:
 * however many API processes there are, and however many guesses come at once, no more than the limit are looked at within a window. A good sign-in
 * takes its own count back. A name that nobody has counts like any other.
 */
import { createHash } from 'node:crypto';
import { addressGroup } from '@renderdeck/domain';
import { clearLoginAttempts, countLoginAttempts, type Database, forgetLoginAttempts, forgiveLoginAttempt } from '@renderdeck/store';

export const LOGIN_LIMITS = { perName: 10, perAddress: 30, windowMs: 5 * 60_000 } as const;

/** Counts a sign-in; null where it may go on, otherwise for how many seconds none may. */
export async function countLogin(db: Database, name: string, address: string | null): Promise<number | null> {
  await clearLoginAttempts(db);
  const counted = await countLoginAttempts(db, [nameKey(name), addressKey(address)], LOGIN_LIMITS.windowMs);
  const over = counted.filter(({ key, count }) => count > (key === nameKey(name) ? LOGIN_LIMITS.perName : LOGIN_LIMITS.perAddress));
  return over.length === 0 ? null : Math.max(1, ...over.map(({ waitMs }) => Math.ceil(waitMs / 1000)));
}

/** A good sign-in: its name begins anew; of its address only this one is taken back, so that an own account clears no guesses at others. */
export async function forgiveLogin(tx: Database, name: string, address: string | null): Promise<void> {
  await forgiveLoginAttempt(tx, addressKey(address));
  await forgetLoginAttempts(tx, nameKey(name));
}

const addressKey = (address: string | null) => `address ${addressGroup(address)}`;

/** 32 bits of a hash: enough to count by, too few to tell what was typed, which may be a password. */
const nameKey = (name: string) => `name ${createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 8)}`;
