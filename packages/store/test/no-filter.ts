import type { AuditFilter, JobFilter } from '../src/index.ts';

/** Lists of everything, from their start. */
export const ALL_JOBS: JobFilter = {
  ...{ q: null, host: null, by: null, template: null, status: null },
  ...{ open: false, from: null, to: null, reason: null },
};
export const ALL_LINES: AuditFilter = {
  ...{ actor: null, actions: null, outcome: null, result: null, jobId: null, text: null },
  ...{ entry: null, from: null, to: null, before: null, after: null },
};
export const START = { place: null, direction: 'next', sort: '-ended' } as const;
