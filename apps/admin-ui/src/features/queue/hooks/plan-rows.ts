import { idAt, type JobOrder } from '../api/job-order.ts';

/** A row of the list, or the space of rows that are not rendered. */
export type PlannedRow =
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'gap'; readonly from: number; readonly rows: number };

/** A list of `count` rows of which only `indexes` are rendered, with gaps in between. */
export function planRows(count: number, indexes: readonly number[]): readonly PlannedRow[] {
  const plan: PlannedRow[] = [];
  let next = 0;
  for (const index of indexes) {
    if (index >= count) break;
    if (index > next) plan.push({ kind: 'gap', from: next, rows: index - next });
    plan.push({ kind: 'row', index });
    next = index + 1;
  }
  if (count > next) plan.push({ kind: 'gap', from: next, rows: count - next });
  return plan;
}

type RenderedRow =
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
    if (row.kind === 'gap') return row;
    const id = idAt(order, row.index);
    if (id === undefined || seen.has(id)) return { kind: 'loading', index: row.index };
    seen.add(id);
    return { kind: 'job', index: row.index, id };
  });
}
