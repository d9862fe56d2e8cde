import type { JobQuery } from '../src/index.ts';

/** The first page of the list of all jobs. */
export const WHOLE_LIST: JobQuery = {
  q: null,
  host: null,
  by: null,
  status: null,
  open: false,
  from: null,
  to: null,
  show: 'all',
  place: null,
  direction: 'next',
  skip: 0,
  limit: 500,
};
