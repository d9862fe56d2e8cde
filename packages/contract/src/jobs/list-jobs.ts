import { z } from 'zod';
import { jobSchema, jobStatusSchema } from './job.ts';

/** Where a page starts: the nextCursor of the page before. A client never makes one up. */
export const pageCursorSchema = z
  .string({ error: 'A cursor is the nextCursor of the page before.' })
  .max(200, { error: 'A cursor is the nextCursor of the page before.' });

/** How many entries a page has at most. */
function pageLimit(most: number) {
  const error = `limit is a whole number from 1 to ${most}.`;
  return z.coerce.number({ error }).int({ error }).min(1, { error }).max(most, { error });
}
export const limitSchema = pageLimit(500);
/** A page is of one moment and the next page of a later one, so a page of jobs may be long. */
export const MOST_JOBS_ON_A_PAGE = 1000;

/** A flag, or its text in the query of a URL. */
const flag = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')],
  {
    error: 'open is true or false.',
  },
);

export const listJobsInput = z.object({
  status: jobStatusSchema.optional(),
  /**
   * `active`: running, then queued in true order. `ended`: newest end first. Default both, in that
   * order.
   */
  show: z
    .enum(['active', 'ended', 'all'], { error: 'show is active, ended or all.' })
    .default('all'),
  /** Only jobs with an open attempt: one that may still run although it gave up the job. */
  open: flag.default(false),
  cursor: pageCursorSchema.optional(),
  limit: pageLimit(MOST_JOBS_ON_A_PAGE).default(100),
});
export type ListJobsInput = z.infer<typeof listJobsInput>;
export const listJobsOutput = z.object({
  jobs: z.array(jobSchema),
  nextCursor: z.string().nullable(),
  counts: z.object({
    rendering: z.int(),
    cancelling: z.int(),
    queued: z.int(),
    /** Cancelled jobs with an open attempt. */
    unconfirmed: z.int(),
    /** Open attempts of any job. */
    open: z.int(),
  }),
});
export type ListJobsOutput = z.infer<typeof listJobsOutput>;
