import { idAt, indexOf, type JobOrder } from '../api/job-order.ts';

/** A row by its place; the id is null while its page loads. */
export type RowPlace = { readonly index: number; readonly id: string | null };

/** Where the remembered row is now; its neighbour where it left; null where the list is empty. */
export function settleRow(row: RowPlace, order: JobOrder): RowPlace | null {
  const at = row.id === null ? -1 : indexOf(order, row.id);
  if (at >= 0) return at === row.index ? row : { index: at, id: row.id };
  if (order.count === 0) return null;
  const index = Math.min(row.index, order.count - 1);
  const id = idAt(order, index);
  return id === undefined ? row : { index, id };
}
