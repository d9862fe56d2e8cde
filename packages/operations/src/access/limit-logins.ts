/*
 * How sign-ins are slowed down; packages/domain/src/login-limits.ts has the rule.
 *
 * 1. Each try is counted in the database before its password is checked. So the rule holds for all
 *    API processes and for many tries at once. A name that does not exist is counted like others.
 * 2. A try that must wait is held here for some seconds, then it is counted again. Only few tries
 *    are held for an address and for a process. A further try is refused with the seconds to wait,
 *    and so is a try that must wait longer. Its place is kept in the database, so it may come back
 *    after that time.
 * 3. After a successful sign-in the try is given back, and the address group is known for that
 *    user.
 *
 * The machine of the API itself never counts as unknown, and a try from there is held for longer.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import {
  addressGroup,
  LOGIN_LIMITS,
  type RequestContext,
  takeFrom,
  tryPair,
} from '@renderdeck/domain';
import {
  type Database,
  deleteLoginCount,
  findLoginName,
  inTransaction,
  lockLoginCounts,
  pruneLoginCounts,
  rememberAddress,
  returnLoginTry,
  saveLoginCount,
} from '@renderdeck/store';

/** For how long a try may be held, and how many tries at once. */
export const LOGIN_HOLD = {
  mostMs: 10_000,
  mostOfThisMachineMs: 60_000,
  mostOfAddress: 20,
  most: 200,
} as const;
/** A successful sign-in gives its try back at once, so waiting tries are counted again soon. */
const LOOK_AGAIN_MS = { first: 250, later: 1000 } as const;
const MOST_COUNTS = 50_000;
const PRUNE_EVERY_MS = 10_000;

/** A try whose password may be checked, and what it took from the allowances. */
export type LoginTry = {
  readonly isKnown: boolean;
  readonly group: string;
  readonly took: 'address' | 'reserve';
  readonly nameKey: string;
  readonly pairKey: string;
};
/** A try that must come again later. */
export type LoginWait = { readonly retryAfterSeconds: number };
type Who = Pick<RequestContext, 'address' | 'fromThisMachine'>;
type HowToWait = {
  /** The user already has a session. */
  readonly isSignedIn?: boolean;
  readonly holdMs?: number | undefined;
};

/**
 * Waits until the password of a sign-in may be checked, and counts the try. If the wait is too long
 * to be held, returns the seconds to wait.
 */
export async function takeLoginTry(
  db: Database,
  username: string,
  { address, fromThisMachine = false }: Who,
  { isSignedIn = false, holdMs = longestHoldMs(fromThisMachine) }: HowToWait = {},
): Promise<LoginTry | LoginWait> {
  await pruneSometimes(db);
  const group = fromThisMachine ? 'this machine' : addressGroup(address);
  const found = await findLoginName(db, username, group, LOGIN_LIMITS.knownMs);
  const nameHash = shortHash(found?.name ?? username);
  const who = {
    isKnown: isSignedIn || fromThisMachine || found?.isKnown === true,
    group,
    nameKey: `name ${nameHash}`,
    pairKey: `pair ${nameHash} ${group}`,
  };
  const startedAt = performance.now();
  let took = await countTry(db, who);
  if (typeof took !== 'number') return { ...who, took };
  const release = hold(group);
  try {
    for (let looks = 1; typeof took === 'number'; looks += 1) {
      const leftMs = startedAt + holdMs - performance.now();
      const soon = looks <= 4 ? LOOK_AGAIN_MS.first : LOOK_AGAIN_MS.later;
      const isTooLong = looks > 4 && took > leftMs;
      if (release === null || leftMs <= 0 || isTooLong)
        return { retryAfterSeconds: Math.max(1, Math.ceil(took / 1000)) };
      await wait(Math.min(soon, leftMs));
      took = await countTry(db, who);
    }
    return { ...who, took };
  } finally {
    release?.();
  }
}

function longestHoldMs(fromThisMachine: boolean): number {
  return fromThisMachine ? LOGIN_HOLD.mostOfThisMachineMs : LOGIN_HOLD.mostMs;
}

/** Gives back what a try took if its password was not checked. */
export async function undoTry(db: Database, taken: LoginTry): Promise<void> {
  await inTransaction(db, async (tx) => {
    await returnTaken(tx, taken);
    await returnLoginTry(tx, taken.pairKey, LOGIN_LIMITS.mostWaitMs);
  });
}

/** Gives back what a successful sign-in took, and forgets the wrong passwords of its pair. */
export async function returnTry(tx: Database, taken: LoginTry): Promise<void> {
  await returnTaken(tx, taken);
  await deleteLoginCount(tx, taken.pairKey);
}

/**
 * Gives back the rows. Locks them in the same order as countTry, so that the two cannot deadlock.
 */
async function returnTaken(tx: Database, taken: LoginTry): Promise<void> {
  const { took, group, nameKey, isKnown } = taken;
  await returnLoginTry(tx, `${took} ${group}`, LOGIN_LIMITS[took].everyMs);
  if (!isKnown) await returnLoginTry(tx, nameKey, 0);
}

/** Makes the address group known for this user. */
export async function rememberLogin(tx: Database, userId: string, who: Who): Promise<void> {
  if (who.address === null || who.fromThisMachine === true) return;
  const known = { userId, addressGroup: addressGroup(who.address) };
  await rememberAddress(tx, known, LOGIN_LIMITS.mostKnown);
}

/**
 * Counts one try. Returns what it took from the allowances, or the milliseconds that it must wait.
 */
async function countTry(
  db: Database,
  { isKnown, group, nameKey, pairKey }: Omit<LoginTry, 'took'>,
): Promise<'address' | 'reserve' | number> {
  const { keepMs } = LOGIN_LIMITS;
  return await inTransaction(db, async (tx) => {
    const from = isKnown ? (['address', 'reserve'] as const) : (['address'] as const);
    const keys = from.map((took) => `${took} ${group}`);
    const allowances = await lockLoginCounts(tx, keys, keepMs);
    const takes = from.map((took) => {
      const key = `${took} ${group}`;
      const takenUntil = allowances.counts.get(key)?.nextAt ?? 0;
      return { took, key, ...takeFrom(LOGIN_LIMITS[took], takenUntil, allowances.now) };
    });
    const free = takes.find(({ waitMs }) => waitMs === 0);
    if (free === undefined) return Math.min(...takes.map(({ waitMs }) => waitMs));
    const { now, counts } = await lockLoginCounts(
      tx,
      isKnown ? [pairKey] : [nameKey, pairKey],
      keepMs,
    );
    const guesses = counts.get(nameKey)?.count ?? 0;
    const counted = counts.get(pairKey);
    const isNew = counted === undefined || counted.isNew;
    const before = isNew ? null : { tries: counted.count, nextAt: counted.nextAt };
    const { waitMs, pair } = tryPair(before, { guesses, isKnown }, now);
    await saveLoginCount(tx, { key: pairKey, count: pair.tries, nextAt: pair.nextAt });
    if (waitMs > 0) return waitMs;
    await saveLoginCount(tx, { key: free.key, count: 0, nextAt: free.takenUntil });
    if (!isKnown) await saveLoginCount(tx, { key: nameKey, count: guesses + 1, nextAt: now });
    return free.took;
  });
}

const held = new Map<string, number>();
let allHeld = 0;

/** Takes one of the places for held tries. Null if no place is free. */
function hold(group: string): (() => void) | null {
  const ofGroup = held.get(group) ?? 0;
  if (allHeld >= LOGIN_HOLD.most || ofGroup >= LOGIN_HOLD.mostOfAddress) return null;
  held.set(group, ofGroup + 1);
  allHeld += 1;
  return () => {
    const left = (held.get(group) ?? 1) - 1;
    if (left === 0) held.delete(group);
    else held.set(group, left);
    allHeld -= 1;
  };
}

let prunedAt = Number.NEGATIVE_INFINITY;

async function pruneSometimes(db: Database): Promise<void> {
  if (performance.now() < prunedAt + PRUNE_EVERY_MS) return;
  prunedAt = performance.now();
  await pruneLoginCounts(db, MOST_COUNTS);
}

/**
 * 32 bits of a hash: enough for counting, too few to recover a password that was typed as a name.
 */
const shortHash = (name: string) =>
  createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 8);
