import {
  DEFAULT_JOB_SORT,
  forEachStatus,
  isQueued,
  isRunning,
  JOB_SORTS,
  MOST_COUNTED,
  MOST_OF_REASON,
} from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { timeRangeSchema } from '../../jobs/estimate.ts';
import { jobSchema, jobStatusSchema, type WireJob } from '../../jobs/job.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { exampleJob, exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

const CURSOR = 'A cursor is the nextCursor of the page before.';
/**
 * The place where a page starts: the nextCursor of the previous page. Clients never make a cursor
 * themselves.
 */
export const pageCursorSchema = z.string({ error: CURSOR }).max(1500, { error: CURSOR });

/** The highest number of entries on a page. */
function pageLimit(most: number) {
  const error = `limit is a whole number from 1 to ${most}.`;
  return z.coerce.number({ error }).int({ error }).min(1, { error }).max(most, { error });
}
export const limitSchema = pageLimit(500);
/** Two pages are read at two different moments, so long pages of jobs are useful. */
export const MOST_JOBS_ON_A_PAGE = 1000;

/** A flag as a boolean, or as text in the query of a URL. */
const flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')],
  {
    error: 'open is true or false.',
  },
);

/** Text to search for: a part of a job's name, the name of a host, or the name of a user. */
export function searchText(error: string, most = 200) {
  return z
    .string({ error })
    .trim()
    .min(1, { error })
    .max(most, { error })
    .refine(isStorable, { error: NOT_STORABLE });
}

/** The highest number of jobs that a page can leave out. */
export const MOST_SKIPPED = 1_000_000;
const SKIP = `skip is a whole number from 0 to ${MOST_SKIPPED}.`;

export const failureReasonSchema = searchText(
  `reason is the reason of a group of failures, 1 to ${MOST_OF_REASON} characters.`,
  MOST_OF_REASON,
);

export const listJobsInput = z.object({
  q: searchText('q is 1 to 200 characters.')
    .optional()
    .describe('A part of the name or of the id; upper and lower case are the same.'),
  host: searchText('host is the name of a host.')
    .optional()
    .describe('The host of the latest attempt. A queued job has none.'),
  by: searchText('by is the name of a user or token.').optional().describe('Who submitted it.'),
  template: searchText('template is the file name of a template.')
    .optional()
    .describe('The file name of its template.'),
  status: jobStatusSchema.optional(),
  show: z
    .enum(['active', 'ended', 'all'], { error: 'show is active, ended or all.' })
    .default('all')
    .describe('`active`: running, then queued. `ended`: newest end first. `all`: both, in turn.'),
  open: flag
    .default(false)
    .describe('Only jobs of which something may still run although it gave up the job.'),
  from: instantSchema
    .optional()
    .describe('Only jobs that ended then or later; of the others, those submitted then or later.'),
  to: instantSchema
    .optional()
    .describe('Only jobs that ended before; of the others, those submitted before.'),
  reason: failureReasonSchema
    .optional()
    .describe('Only failed jobs with this reason of listFailures.'),
  sort: z
    .enum(JOB_SORTS, { error: `sort is one of: ${JOB_SORTS.join(', ')}.` })
    .default(DEFAULT_JOB_SORT)
    .describe(
      'The order of ended jobs: by their end, their name, or how long the last attempt took. ' +
        'With `-` from the last to the first. Give it with each cursor again.',
    ),
  cursor: pageCursorSchema
    .optional()
    .describe('The nextCursor of a page; with direction `previous` its previousCursor.'),
  direction: z
    .enum(['next', 'previous'], { error: 'direction is next or previous.' })
    .default('next')
    .describe('`previous` gives the page before the cursor, in the same order.'),
  skip: z.coerce
    .number({ error: SKIP })
    .int({ error: SKIP })
    .min(0, { error: SKIP })
    .max(MOST_SKIPPED, { error: SKIP })
    .default(0)
    .describe('How many jobs to leave out before the page.'),
  limit: pageLimit(MOST_JOBS_ON_A_PAGE).default(100),
});
export type ListJobsInput = z.infer<typeof listJobsInput>;
export const listJobsOutput = z.object({
  jobs: z.array(jobSchema),
  nextCursor: z.string().nullable(),
  /** Null on the first page. */
  previousCursor: z.string().nullable(),
  /** Counts of the whole farm; the filters do not change them. */
  counts: z.object({
    rendering: z.int(),
    cancelling: z.int(),
    queued: z.int(),
    /** Cancelled jobs of which something may still run. */
    unconfirmed: z.int(),
    /** Open attempts of all jobs, and awaited hosts that have not reported. */
    open: z.int(),
    byStatus: z
      .record(jobStatusSchema, z.int())
      .describe(`Of a status of ended jobs, ${MOST_COUNTED} stands for "${MOST_COUNTED} or more".`),
  }),
  matching: z
    .object({ count: z.int(), running: z.int(), queued: z.int(), capped: z.boolean() })
    .describe(
      'Jobs that fit, on all pages; how many of them run, and how many wait. `capped`: there may ' +
        'be more than `count`.',
    ),
  /** The whole queue. Unset if the server has an older version. */
  queue: z
    .object({
      emptyAt: timeRangeSchema
        .nullable()
        .describe('When no job waits any more, if nothing is submitted. Null: not known, or now.'),
    })
    .optional(),
  /** The moment of everything in the answer, by the clock of the database. */
  at: instantSchema,
});
export type ListJobsOutput = z.infer<typeof listJobsOutput>;

/** A list that shows this job, one of three queued jobs. */
export function exampleList(job: WireJob, at: string): ListJobsOutput {
  const counts = { rendering: 0, cancelling: 0, queued: 3, unconfirmed: 0, open: 0 };
  const byStatus = forEachStatus((status) => (status === job.status ? 3 : 0));
  return {
    jobs: [job],
    nextCursor: null,
    previousCursor: null,
    counts: { ...counts, byStatus },
    matching: {
      count: 1,
      running: isRunning(job.status) ? 1 : 0,
      queued: isQueued(job.status) ? 1 : 0,
      capped: false,
    },
    queue: { emptyAt: { from: '2026-03-01T13:00:00.000Z', to: '2026-03-01T14:10:00.000Z' } },
    at,
  };
}

export const listJobs = {
  action: 'listJobs',
  input: listJobsInput,
  output: listJobsOutput,
  rest: {
    method: 'GET',
    path: '/jobs',
    tag: 'jobs',
    summary: 'List jobs',
    description:
      'Running jobs first, then the queue in its order, then what ended, newest first or as ' +
      '`sort` says. With `q`, `host`, `by`, `template`, `status`, `show`, `open`, `from`, `to` ' +
      'and `reason` only the jobs that fit all of them; a position stays the one in the whole ' +
      'queue. `nextCursor` asks for the next page, `previousCursor` with `direction=previous` ' +
      'for the page before. Page, positions and counts are of one moment, `at`.',
    errors: [],
    example: { answer: exampleList(exampleJob, exampleTime(40)) },
  },
} as const satisfies ProcedureSpec;
