import { idAt, type JobOrder, type RowGroup } from '../api/job-order.ts';

/** A row of the list, the heading of a group, or the space of rows that are not rendered. */
export type PlannedRow =
  | { readonly kind: 'group'; readonly group: RowGroup }
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'gap'; readonly from: number; readonly rows: number };

/**
 * A list of `count` rows of which only `indexes` are rendered, with gaps in between. Each group
 * begins with its heading, which stays on screen while the rows of the group are scrolled.
 */
export function planRows(
  { count, groups }: Pick<JobOrder, 'count' | 'groups'>,
  indexes: readonly number[],
): readonly PlannedRow[] {
  const plan: PlannedRow[] = [];
  let next = 0;
  const goTo = (index: number) => {
    for (const group of groups.filter((one) => one.index >= next && one.index <= index)) {
      leaveGap(group.index);
      if (group.index < count) plan.push({ kind: 'group', group });
    }
    leaveGap(index);
  };
  const leaveGap = (to: number) => {
    if (to > next) plan.push({ kind: 'gap', from: next, rows: to - next });
    next = Math.max(next, to);
  };
  for (const index of indexes) {
    if (index >= count) break;
    goTo(index);
    plan.push({ kind: 'row', index });
    next = index + 1;
  }
  goTo(count);
  return plan;
}

type RenderedRow =
  | { readonly kind: 'group'; readonly group: RowGroup }
  | { readonly kind: 'job'; readonly index: number; readonly id: string }
  | { readonly kind: 'loading'; readonly index: number }
  | { readonly kind: 'gap'; readonly from: number; readonly rows: number };

/**
 * The rows with their jobs. If a job moved between the reads of two pages, both pages may contain
 * it: it is shown once.
 */
export function rowsToRender(plan: readonly PlannedRow[], order: JobOrder): readonly RenderedRow[] {
  const seen = new Set<string>();
  return plan.map((row): RenderedRow => {
    if (row.kind !== 'row') return row;
    const id = idAt(order, row.index);
    if (id === undefined || seen.has(id)) return { kind: 'loading', index: row.index };
    seen.add(id);
    return { kind: 'job', index: row.index, id };
  });
}
