/*
 * A cursor of the change feed is `incarnation/snapshot`. The snapshot is a pg_snapshot as text. It
 * says exactly which transactions the reader has seen, in any order of commits. It is valid only in
 * the incarnation of the database in which it was taken.
 */
const CURSOR = /^(\d+-[1-9A-F][0-9A-F]*-\d+-\d+-\d+)\/(\d{1,20}:\d{1,20}:[\d,]*)$/;
const SNAPSHOT = /^(\d{1,20}):(\d{1,20}):(\d{1,20}(?:,\d{1,20})*)?$/;

const MOST_XID = 2n ** 64n - 1n;

export type Cursor = { readonly incarnation: string; readonly snapshot: string };

/** The parts of a cursor; null if the text is no cursor. A snapshot alone is no cursor. */
export function parseCursor(text: string): Cursor | null {
  const [, incarnation, snapshot] = CURSOR.exec(text) ?? [];
  if (incarnation === undefined || snapshot === undefined || !isSnapshot(snapshot)) return null;
  return { incarnation, snapshot };
}

/**
 * True if both cursors were taken in one incarnation of the database, so that their snapshots can
 * be compared.
 */
export function areOfOneIncarnation(one: string, other: string): boolean {
  return one.split('/')[0] === other.split('/')[0];
}

/**
 * Gives a function that says whether the reader of the cursor has not seen a transaction of its
 * incarnation.
 */
export function unseenBy(cursor: string): (xid: string) => boolean {
  const { end, running } = partsOf(cursor);
  return (xid) => BigInt(xid) >= end || running.has(BigInt(xid));
}

/**
 * True if the reader of `cursor` has seen every transaction that the reader of `earlier` has seen.
 * Both are of one incarnation.
 */
export function hasSeenAllOf(cursor: string, earlier: string): boolean {
  const [own, other] = [partsOf(cursor), partsOf(earlier)];
  const notByOther = (xid: bigint) => xid >= other.end || other.running.has(xid);
  if (![...own.running].every(notByOther)) return false;
  // Of the transactions that are new to `cursor`, the other reader has seen none.
  const ranBeyond = [...other.running].filter((xid) => xid >= own.end).length;
  return other.end <= own.end + BigInt(ranBeyond);
}

function partsOf(cursor: string): { readonly end: bigint; readonly running: Set<bigint> } {
  const [, , end = '', running] = SNAPSHOT.exec(cursor.split('/')[1] ?? '') ?? [];
  return { end: BigInt(end), running: new Set(running?.split(',').map(BigInt)) };
}

/**
 * True for text that PostgreSQL accepts as a snapshot: `xmin:xmax:running`. The running
 * transactions are sorted and between xmin and xmax. A transaction id has 64 bits, and its low 32
 * bits are never 0.
 */
function isSnapshot(text: string): boolean {
  const [, first, end, running] = SNAPSHOT.exec(text) ?? [];
  if (first === undefined || end === undefined) return false;
  const [xmin, xmax] = [BigInt(first), BigInt(end)];
  const inOrder = [xmin, ...(running?.split(',').map(BigInt) ?? [])];
  if (xmax > MOST_XID || [xmin, xmax].some((xid) => BigInt.asUintN(32, xid) === 0n)) return false;
  return inOrder.every(
    (xid, index) => xid >= (inOrder[index - 1] ?? 0n) && (index === 0 ? xid <= xmax : xid < xmax),
  );
}
