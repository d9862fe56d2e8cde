import type { QueueSearch } from '../api/queue-search.ts';

export type ColumnKey =
  | 'position'
  | 'job'
  | 'status'
  | 'progress'
  | 'timeLeft'
  | 'priority'
  | 'host'
  | 'since'
  | 'reason'
  | 'ended'
  | 'by'
  | 'submitted';
export type Column = { readonly key: ColumnKey; readonly label: string };

/** Widths in pixels. The job's name and the reason share the rest. */
export const WIDTHS: Readonly<Partial<Record<ColumnKey, number>>> = {
  position: 84,
  status: 132,
  progress: 132,
  timeLeft: 104,
  priority: 72,
  host: 112,
  since: 112,
  ended: 112,
  by: 128,
  submitted: 104,
};

const JOB: Column = { key: 'job', label: 'Job' };
const HOST: Column = { key: 'host', label: 'Host' };
const BY: Column = { key: 'by', label: 'Submitted by' };

function withOrder(status: string, since: string): readonly Column[] {
  return [
    { key: 'position', label: 'Position' },
    JOB,
    { key: 'status', label: status },
    { key: 'progress', label: 'Progress' },
    { key: 'timeLeft', label: 'Time left' },
    { key: 'priority', label: 'Priority' },
    HOST,
    { key: 'since', label: since },
    BY,
    { key: 'submitted', label: 'Submitted' },
  ];
}

/** The columns of each tab. The width of the list decides which of them are seen. */
export const COLUMNS: Readonly<Record<QueueSearch['show'], readonly Column[]>> = {
  active: withOrder('Status', 'Running or waiting for'),
  all: withOrder('Status', 'Duration'),
  ended: [
    JOB,
    { key: 'status', label: 'End' },
    { key: 'reason', label: 'Reason' },
    { key: 'since', label: 'Duration' },
    { key: 'ended', label: 'Ended' },
    HOST,
    BY,
    { key: 'submitted', label: 'Submitted' },
  ],
};
