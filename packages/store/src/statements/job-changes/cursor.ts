/*
 * A cursor of the change feed is a pg_snapshot as text. It says exactly which transactions its
 * holder has seen, in whatever order transactions commit.
 */
const CURSOR = /^(\d{1,20}):(\d{1,20}):(\d{1,20}(?:,\d{1,20})*)?$/;

/**
 * True for text that PostgreSQL accepts as a snapshot: `xmin:xmax:running`, where the running
 * transactions are sorted and between the two. The low 32 bits of a transaction id are never 0.
 */
export function isCursor(text: string): boolean {
  const [, first, end, running] = CURSOR.exec(text) ?? [];
  if (first === undefined || end === undefined) return false;
  const [xmin, xmax] = [BigInt(first), BigInt(end)];
  const inOrder = [xmin, ...(running?.split(',').map(BigInt) ?? [])];
  if ([xmin, xmax].some((xid) => BigInt.asUintN(32, xid) === 0n)) return false;
  return inOrder.every(
    (xid, index) => xid >= (inOrder[index - 1] ?? 0n) && (index === 0 ? xid <= xmax : xid < xmax),
  );
}

/** Returns a function that says whether the cursor has not seen a transaction. */
export function unseenBy(cursor: string): (xid: string) => boolean {
  const [, , end = '', running] = CURSOR.exec(cursor) ?? [];
  const ran = new Set(running?.split(','));
  return (xid) => BigInt(xid) >= BigInt(end) || ran.has(xid);
}
