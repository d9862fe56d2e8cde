import type { JobQuery } from '../src/index.ts';

/** The first page of the list of all jobs. */
export const WHOLE_LIST: JobQuery = {
  q: null,
  host: null,
  by: null,
  template: null,
  status: null,
  open: false,
  from: null,
  to: null,
  reason: null,
  show: 'all',
  place: null,
  direction: 'next',
  sort: '-ended',
  skip: 0,
  limit: 500,
};
