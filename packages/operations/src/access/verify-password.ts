/*
 * Only few passwords are checked at once, because each check takes 19 MiB and one of the four
 * threads of Node's pool, which all files and name lookups of the process share. The others wait
 * here:
 *
 * 1. Two passwords from known addresses go before one from an unknown address. Every third turn is
 *    for an unknown address, so a client that signs in again and again cannot keep new addresses
 *    out.
 * 2. A password whose turn does not come within half a minute is not checked. So passwords of
 *    clients that have gone make room.
 */
import { verify } from '@node-rs/argon2';

const AT_ONCE = 2;
const FIRST_IN_A_ROW = 2;
const MOST_WAITING = 200;
const MOST_WAIT_MS = 30_000;
type Turn = 'first' | 'last';
const waiting: Record<Turn, Set<() => void>> = { first: new Set(), last: new Set() };
let working = 0;
let firstInARow = 0;

/** Whether the password is right. Null if too many others wait; then it is not checked. */
export async function verifyPassword(
  passwordHash: string,
  password: string,
  { isKnown }: { readonly isKnown: boolean },
): Promise<boolean | null> {
  const turn = isKnown ? 'first' : 'last';
  if (waiting[turn].size >= MOST_WAITING) return null;
  const begun = await takeTurn(turn, MOST_WAIT_MS);
  return begun ? await endAfter(() => verify(passwordHash, password)) : null;
}

/** Does the work when its turn comes, however long that takes. */
export async function workOnPassword<Result>(
  turn: Turn,
  work: () => Promise<Result>,
): Promise<Result> {
  await takeTurn(turn);
  return await endAfter(work);
}

/**
 * Waits for a turn. False if the turn did not come in time; then the caller must not end a turn.
 */
async function takeTurn(turn: Turn, mostMs?: number): Promise<boolean> {
  if (working < AT_ONCE) {
    working += 1;
    return true;
  }
  return await new Promise((resolve) => {
    let late: NodeJS.Timeout | undefined;
    const begin = () => {
      clearTimeout(late);
      resolve(true);
    };
    waiting[turn].add(begin);
    if (mostMs === undefined) return;
    late = setTimeout(() => {
      waiting[turn].delete(begin);
      resolve(false);
    }, mostMs);
  });
}

async function endAfter<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } finally {
    endTurn();
  }
}

function endTurn(): void {
  const isFirst = waiting.last.size === 0 || firstInARow < FIRST_IN_A_ROW;
  const turn = isFirst && waiting.first.size > 0 ? 'first' : 'last';
  firstInARow = turn === 'first' ? firstInARow + 1 : 0;
  const [begin] = waiting[turn];
  if (begin === undefined) {
    working -= 1;
    return;
  }
  waiting[turn].delete(begin);
  begin();
}
