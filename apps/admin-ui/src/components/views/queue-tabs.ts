import {
  endOf,
  isFinal,
  JOB_STATUSES,
  type JobStatus,
  type ListJobsOutput,
  MOST_COUNTED,
} from '@renderdeck/contract';

type Counts = ListJobsOutput['counts'];
type TabSearch = {
  readonly show: 'active' | 'ended' | 'all';
  readonly status?: JobStatus;
  readonly open?: true;
};
export type QueueTab = {
  readonly label: string;
  readonly search: TabSearch;
  /** `isCapped`: there may be more; the server counts ended jobs up to a limit. */
  readonly countOf: (counts: Counts) => { readonly count: number; readonly isCapped: boolean };
};

/** How many jobs have ended with one of these statuses. */
function ended(statuses: readonly JobStatus[]): QueueTab['countOf'] {
  return ({ byStatus }) => ({
    count: statuses.reduce((sum, status) => sum + byStatus[status], 0),
    isCapped: statuses.some((status) => byStatus[status] >= MOST_COUNTED),
  });
}

/** The tab of one end. */
function tabOf(label: string, end: ReturnType<typeof endOf>): readonly QueueTab[] {
  return JOB_STATUSES.filter((status) => endOf(status) === end).map((status) => ({
    label,
    search: { show: 'ended', status },
    countOf: ended([status]),
  }));
}

/** The lists of jobs that have a tab, in their order. The commands list them too. */
export const QUEUE_TABS: readonly QueueTab[] = [
  {
    label: 'Active',
    search: { show: 'active' },
    countOf: ({ rendering, cancelling, queued }) => ({
      count: rendering + cancelling + queued,
      isCapped: false,
    }),
  },
  { label: 'All ended', search: { show: 'ended' }, countOf: ended(JOB_STATUSES.filter(isFinal)) },
  ...tabOf('Finished', 'finished'),
  ...tabOf('Failed', 'failed'),
  ...tabOf('Stopped', 'stopped'),
  {
    label: 'Not proven',
    search: { show: 'all', open: true },
    countOf: ({ open }) => ({ count: open, isCapped: false }),
  },
];

/** Whether a list is the one of the tab, apart from its filter and its order. */
export function isTab(tab: TabSearch, { show, status, open }: TabSearch): boolean {
  return tab.show === show && tab.open === open && (show !== 'ended' || tab.status === status);
}
