import type { ListJobsOutput } from '@renderdeck/contract';

/** How many jobs one request asks for. */
export const PAGE_ROWS = 100;

/** Rows that follow one another under one heading: those that run, wait, or have ended. */
export type RowGroup = {
  readonly kind: 'running' | 'queued' | 'ended';
  /** The index of its first row. */
  readonly index: number;
  readonly size: number;
};

/**
 * The list as far as it is known: how many rows it has, their groups, the ids of some of its pages,
 * and the counts of the whole farm at the same moment.
 */
export type JobOrder = {
  readonly count: number;
  readonly groups: readonly RowGroup[];
  readonly pages: ReadonlyMap<number, readonly string[]>;
  readonly counts: ListJobsOutput['counts'] | undefined;
};

export const NO_ORDER: JobOrder = { count: 0, groups: [], pages: new Map(), counts: undefined };

/** The groups of a list with this many running and waiting jobs; the others have ended. */
export function groupRows(count: number, running: number, queued: number): readonly RowGroup[] {
  const waiting = Math.min(queued, count - running);
  return (
    [
      { kind: 'running', index: 0, size: running },
      { kind: 'queued', index: running, size: waiting },
      { kind: 'ended', index: running + waiting, size: count - running - waiting },
    ] as const
  ).filter(({ size }) => size > 0);
}

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
  return added.length === 0 ? known : { ...known, pages: new Map([...known.pages, ...added]) };
}

export function isSameOrder(a: JobOrder, b: JobOrder): boolean {
  return (
    a.count === b.count &&
    a.pages.size === b.pages.size &&
    JSON.stringify([a.groups, a.counts]) === JSON.stringify([b.groups, b.counts]) &&
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
