/*
 * Few passwords are worked on at once: each one takes 19 MiB and a thread of Node's pool, which has
 * four of them for all files and names of the process. The others wait here; a password from a
 * known address goes before one from an unknown address.
 */
import { verify } from '@node-rs/argon2';

const AT_ONCE = 2;
const MOST_WAITING = 200;
type Turn = 'first' | 'last';
const waiting: Record<Turn, (() => void)[]> = { first: [], last: [] };
let working = 0;

/** Whether the password is right. Null if too many others wait: then it is not looked at. */
export async function verifyPassword(
  passwordHash: string,
  password: string,
  { isKnown }: { readonly isKnown: boolean },
): Promise<boolean | null> {
  const turn = isKnown ? 'first' : 'last';
  if (waiting[turn].length >= MOST_WAITING) return null;
  return await workOnPassword(turn, () => verify(passwordHash, password));
}

/** Does the work when it is its turn. */
export async function workOnPassword<Result>(
  turn: Turn,
  work: () => Promise<Result>,
): Promise<Result> {
  if (working < AT_ONCE) working += 1;
  else await new Promise<void>((resolve) => waiting[turn].push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.first.shift() ?? waiting.last.shift();
    if (next === undefined) working -= 1;
    else next();
  }
}
