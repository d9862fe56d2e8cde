import { idAt, type JobOrder } from '../api/job-order.ts';
import type { PlannedRow } from './plan-rows.ts';

export type RenderedRow =
  | { readonly kind: 'job'; readonly index: number; readonly id: string }
  | { readonly kind: 'loading'; readonly index: number }
  | { readonly kind: 'gap'; readonly from: number; readonly rows: number };

/**
 * The rows with their jobs. Two pages of different moments may both hold a job that moved between
 * them: it is shown once.
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
