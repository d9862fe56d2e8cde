import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { verifyPassword, workOnPassword } from './verify-password.ts';

afterEach(() => void vi.useRealTimers());

/** Works that end when the test says so. `begun` has their names in the order of their turns. */
function someWorks() {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const works: Promise<void>[] = [];
  const add = async (turn: 'first' | 'last', name: string) => {
    const work = () => {
      begun.push(name);
      return new Promise<void>((resolve) => void ends.push(resolve));
    };
    works.push(workOnPassword(turn, work));
    await setImmediate();
  };
  /** Ends the work that began first. When it resolves, the next work has begun. */
  const endOne = async () => {
    ends.shift()?.();
    await setImmediate();
  };
  const endAll = async () => {
    while (ends.length > 0) await endOne();
    await Promise.all(works);
  };
  return { begun, add, endOne, endAll };
}

it('every third turn is for passwords from new addresses, the others for known ones', async () => {
  const { begun, add, endOne, endAll } = someWorks();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await add('first', name);
  for (const name of ['new 1', 'new 2']) await add('last', name);
  for (let ends = 0; ends < 6; ends += 1) {
    await endOne();
    // A client that signs in again and again already has the next password waiting.
    await add('first', `again ${ends}`);
  }
  expect(begun).toEqual(['a', 'b', 'c', 'd', 'new 1', 'e', 'f', 'new 2']);
  await endAll();
});

it('a free turn is taken at once, whoever had the turns before', async () => {
  const { begun, add, endOne, endAll } = someWorks();
  for (const name of ['a', 'b']) await add('first', name);
  for (const name of ['new 1', 'new 2', 'new 3']) await add('last', name);
  for (let ends = 0; ends < 3; ends += 1) await endOne();
  expect(begun).toEqual(['a', 'b', 'new 1', 'new 2', 'new 3']);
  await endAll();
});

it('a password that waited for half a minute is not checked, and leaves its place', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { add, endAll } = someWorks();
  for (const name of ['a', 'b']) await add('first', name);
  const most = Array.from({ length: 200 }, () => verifyPassword('', '', { isKnown: false }));
  expect(await verifyPassword('', '', { isKnown: false })).toBe(null);
  vi.advanceTimersByTime(30_000);
  expect(await Promise.all(most)).toEqual(most.map(() => null));
  const looked = expect(verifyPassword('no hash', '', { isKnown: false })).rejects.toThrow();
  vi.useRealTimers();
  await endAll();
  await looked;
});
