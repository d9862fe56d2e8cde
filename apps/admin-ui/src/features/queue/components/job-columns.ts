import type { JobSortKey } from '@renderdeck/contract';
import type { QueueSearch } from '../api/queue-search.ts';

export type ColumnKey =
  | 'position'
  | 'job'
  | 'status'
  | 'progress'
  | 'estimate'
  | 'priority'
  | 'host'
  | 'since'
  | 'reason'
  | 'ended'
  | 'by';
export type Column = {
  readonly key: ColumnKey;
  readonly label: string;
  /** The order that the server has for this column. */
  readonly sort?: JobSortKey;
};

/** Widths in pixels. The job's name and the reason share the rest. */
export const WIDTHS: Readonly<Partial<Record<ColumnKey, number>>> = {
  position: 60,
  status: 116,
  progress: 128,
  estimate: 148,
  priority: 64,
  host: 84,
  since: 96,
  ended: 112,
  by: 104,
};

const JOB: Column = { key: 'job', label: 'Job' };
const HOST: Column = { key: 'host', label: 'Host' };
const BY: Column = { key: 'by', label: 'Submitted by' };

const IN_ORDER: readonly Column[] = [
  { key: 'position', label: 'Position' },
  JOB,
  { key: 'status', label: 'Status' },
  { key: 'progress', label: 'Progress' },
  { key: 'estimate', label: 'Starts or ends' },
  { key: 'priority', label: 'Priority' },
  HOST,
  { key: 'since', label: 'For' },
  BY,
];

/** The columns of each list. The width of the list decides which of them are seen. */
export const COLUMNS: Readonly<Record<QueueSearch['show'], readonly Column[]>> = {
  active: IN_ORDER,
  all: IN_ORDER,
  ended: [
    { ...JOB, sort: 'name' },
    { key: 'status', label: 'End' },
    { key: 'reason', label: 'Reason' },
    { key: 'since', label: 'Took', sort: 'duration' },
    { key: 'ended', label: 'Ended', sort: 'ended' },
    HOST,
    BY,
  ],
};
