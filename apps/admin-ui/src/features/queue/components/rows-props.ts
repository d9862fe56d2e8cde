import type { ListJobsOutput, WireTimeRange } from '@renderdeck/contract';
import type { RefCallback } from 'react';
import type { SilentHosts } from '../../../api/list-hosts.ts';
import type { JobOrder } from '../api/job-order.ts';
import type { PlannedRow } from '../hooks/plan-rows.ts';

/** What all rows of the list share. It is stable, so a row renders only when its job changes. */
export type RowContext = {
  readonly frozen: boolean;
  readonly silentHosts: SilentHosts;
  /** Opens the row menu; null when the user may not change any job. */
  readonly onMenu: ((id: string, button: HTMLElement) => void) | null;
};

export type RowProps = RowContext & {
  readonly id: string;
  readonly index: number;
  /** The one row that the Tab key reaches. */
  readonly isTabStop: boolean;
  readonly isSelected: boolean;
  /** The position before the job moved. Undefined if it has not moved in the frozen list. */
  readonly movedFrom: number | null | undefined;
};

export type RowsProps = RowContext & {
  readonly order: JobOrder;
  readonly plan: readonly PlannedRow[];
  readonly moved: ReadonlyMap<string, number | null>;
  readonly tabStop: string | null;
  readonly selected: string | null;
  /** The counts of the whole farm; null in a filtered list. */
  readonly counts: ListJobsOutput['counts'] | null;
  /** When no job waits any more; null in a filtered list, and if it is not known. */
  readonly emptyAt: WireTimeRange | null;
  /** The element whose children are the rows. */
  readonly rows: RefCallback<HTMLElement>;
};
