import { expect, test } from 'vitest';
import { hasSeenAllOf, unseenBy } from './cursor.ts';

const at = (snapshot: string) => `7-1-5-16384-0/${snapshot}`;

/** The transactions from 1 to 29 that a reader has seen, by the rule for one transaction. */
function seenBy(snapshot: string): readonly number[] {
  const unseen = unseenBy(at(snapshot));
  return Array.from({ length: 29 }, (_, index) => index + 1).filter((xid) => !unseen(`${xid}`));
}

const SNAPSHOTS = [
  ...['10:10:', '11:11:', '9:10:9', '9:11:9', '9:11:9,10', '10:11:10', '9:12:9,11', '10:12:10,11'],
  ...['20:20:', '8:20:8,12,19', '8:20:8,12', '12:20:12', '10:20:10,11,12,13,14,15,16,17,18,19'],
];

test('a reader has seen all of another one if it lacks no transaction of it', () => {
  for (const own of SNAPSHOTS)
    for (const other of SNAPSHOTS) {
      const seen = new Set(seenBy(own));
      expect(hasSeenAllOf(at(own), at(other)), `${own} has seen all that ${other} has seen`).toBe(
        seenBy(other).every((xid) => seen.has(xid)),
      );
    }
});
