/** How many jobs one request asks for. */
export const PAGE_ROWS = 100;

/** The list as far as it is known: how many rows it has, and the ids of some of its pages. */
export type JobOrder = {
  readonly count: number;
  readonly pages: ReadonlyMap<number, readonly string[]>;
};

export const NO_ORDER: JobOrder = { count: 0, pages: new Map() };

/** The id at this index of the list; undefined while its page is not loaded. */
export function idAt({ pages }: JobOrder, index: number): string | undefined {
  return pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
}

/** The index of a job in the loaded pages; -1 if none of them has it. */
export function indexOf({ pages }: JobOrder, id: string): number {
  for (const [page, ids] of pages) {
    const at = ids.indexOf(id);
    if (at >= 0) return page * PAGE_ROWS + at;
  }
  return -1;
}

/** The known order, and the pages that only the newer one has loaded. */
export function addUnknownPages(known: JobOrder, newer: JobOrder): JobOrder {
  const added = [...newer.pages].filter(([page]) => !known.pages.has(page));
  return added.length === 0
    ? known
    : { count: known.count, pages: new Map([...known.pages, ...added]) };
}

export function isSameOrder(a: JobOrder, b: JobOrder): boolean {
  return (
    a.count === b.count &&
    a.pages.size === b.pages.size &&
    [...a.pages].every(([page, ids]) => b.pages.get(page) === ids)
  );
}

/** A row by its place; the id is null while its page loads. */
export type RowPlace = { readonly index: number; readonly id: string | null };

/** Where the remembered row is now, or the row in its place if it left. Null for an empty list. */
export function settleRow(row: RowPlace, order: JobOrder): RowPlace | null {
  const at = row.id === null ? -1 : indexOf(order, row.id);
  if (at >= 0) return at === row.index ? row : { index: at, id: row.id };
  if (order.count === 0) return null;
  const index = Math.min(row.index, order.count - 1);
  const id = idAt(order, index);
  return id === undefined ? row : { index, id };
}
