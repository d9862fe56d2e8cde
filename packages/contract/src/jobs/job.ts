import {
  CANCEL_OUTCOMES,
  ENDED_BY,
  type EndedProcess,
  JOB_STATUSES,
  type Leftover,
  OUTPUTS,
  PRIORITY,
  PROOFS,
  type Survivor,
} from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';

/** Capitals become small letters, as PostgreSQL writes an id. */
export const jobIdSchema = z
  .uuid({ error: 'A job id is a UUID such as 3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59.' })
  .toLowerCase();
export const jobStatusSchema = z.enum(JOB_STATUSES, {
  error: `A status is one of ${JOB_STATUSES.join(', ')}.`,
});
const { min, max } = PRIORITY;
const PRIORITY_ERROR = `A priority is a whole number from ${min} to ${max}; larger runs first.`;
export const prioritySchema = z
  .int({ error: PRIORITY_ERROR })
  .min(min, { error: PRIORITY_ERROR })
  .max(max, { error: PRIORITY_ERROR });

/** A priority, or its text in the query of a URL. */
export const queryPrioritySchema = z.union(
  [
    z
      .string()
      .regex(/^\d{1,3}$/)
      .transform(Number)
      .pipe(prioritySchema),
    prioritySchema,
  ],
  { error: PRIORITY_ERROR },
);

export const endedProcessSchema = z.object({
  pid: z.int(),
  name: z.string(),
  parentPid: z.int(),
  /** Null where its host could not read it. */
  startedAt: instantSchema.nullable(),
  endedBy: z.enum(ENDED_BY).nullable(),
  endedAt: instantSchema.nullable(),
}) satisfies z.ZodType<EndedProcess>;

export const survivorSchema = z.object({
  pid: z.int(),
  name: z.string(),
  state: z.string(),
}) satisfies z.ZodType<Survivor>;
/** A file that could not be deleted, and why. */
export const leftoverSchema = z.object({
  path: z.string(),
  error: z.string(),
}) satisfies z.ZodType<Leftover>;

/** An attempt that gave up its job while nobody has proven or declared that it ended. */
export const openAttemptSchema = z.object({
  number: z.int(),
  host: z.string(),
  /** When its host was last heard; null where that is not known. */
  lastHeardAt: instantSchema.nullable(),
  output: z.enum(OUTPUTS),
  /** Why its host could prove nothing, as a sentence. */
  problem: z.string().nullable(),
});
export type WireOpenAttempt = z.infer<typeof openAttemptSchema>;

/** An admin declared the host of an attempt gone. It is no proof. */
export const declarationSchema = z.object({
  by: z.string(),
  at: instantSchema,
  reason: z.string(),
});

/** The answer to a cancel, the same again if asked again; it only gains facts. Times in ms. */
export const cancelReceiptSchema = z.object({
  /** Its address: `#4812` for people, `/receipts/4812` on the page. */
  number: z.int(),
  outcome: z.enum(CANCEL_OUTCOMES),
  output: z.enum(OUTPUTS),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  channel: z.string(),
  reason: z.string().nullable(),
  /** Number of the attempt that was asked to stop; what follows, up to the times, is its. */
  attempt: z.int().nullable(),
  host: z.string().nullable(),
  /** When the request reached the host; null while that is not known. */
  deliveredAt: instantSchema.nullable(),
  /** The host did not say when the request reached it: `deliveredAt` is the time of its proof. */
  deliveredWithProof: z.boolean(),
  processes: z.array(endedProcessSchema),
  proof: z.enum(PROOFS).nullable(),
  survivors: z.array(survivorSchema),
  files: z.object({
    removed: z.int(),
    bytes: z.int(),
    leftovers: z.array(leftoverSchema),
  }),
  /** By the clock of the host, as the times of the processes are. */
  firstSignalAt: instantSchema.nullable(),
  /** When no process of that attempt was left, by the clock of the database. */
  deadAt: instantSchema.nullable(),
  /** From when the host began to end the processes to its proof, by the clock of the host. */
  timeToDeadMs: z.number().nullable(),
  /** From the first file removed to the last, by the clock of the host. */
  timeToCleanMs: z.number().nullable(),
  /** From the request to `confirmedAt`, by the clock of the database. */
  askToProofMs: z.number().nullable(),
  /** Attempts of the job that may still run. */
  openAttempts: z.array(openAttemptSchema),
  /** Attempts that count as ended only because their host was declared gone. */
  declared: z.array(declarationSchema.extend({ number: z.int(), host: z.string() })),
  /**
   * Hosts that may run the job although the database lost that, in a failover: they had not told
   * the new database what they run when the cancel came.
   */
  awaitedHosts: z.array(
    z.object({
      host: z.string(),
      /** When it had told the database all that it runs; null while it has not. */
      reportedAt: instantSchema.nullable(),
      /** An admin decided that it will not report. It is no proof. */
      declaration: declarationSchema.nullable(),
    }),
  ),
  /** When the last of all attempts was proven and the last host reported; null until then. */
  confirmedAt: instantSchema.nullable(),
});
export type WireCancelReceipt = z.infer<typeof cancelReceiptSchema>;

/** The words of the page, for who compares the two. */
const WORDS =
  'On the page: QUEUED is Queued; RENDERING is Starting or Rendering, Unknown while its host is ' +
  'silent; CANCELLING is Stopping; CANCELLED is Stopped, or Not proven; COMPLETED is Finished; ' +
  'FAILED is Failed.';

export const jobSchema = z.object({
  id: jobIdSchema,
  name: z.string(),
  status: jobStatusSchema.describe(WORDS),
  priority: z.int(),
  /** What its host must offer: the tags of the nexrender job, sorted. Empty: any host may do. */
  tags: z.array(z.string()),
  /**
   * Place in the whole queue, 1 is next; null unless QUEUED. It also counts the jobs whose tags the
   * host of this one does not offer.
   */
  position: z.int().nullable(),
  /**
   * Set while the job waits and no known host may have it: those of its tags that no host offers.
   * Empty where each is offered, but not all by one host. `warnings` says it as a sentence.
   */
  noHostOffers: z.array(z.string()).nullable(),
  version: z.int(),
  /** Percent of the latest attempt, 0 to 100. */
  progress: z.number(),
  /**
   * How long it will still take, in ms: in steps of 5 min from 10 min on, of 1 min from 2 min on,
   * and 60000 means under 2 min. Null where that is not known: under 5 %, in the first minute of
   * the render, while its host is silent, and where the last progress is old.
   */
  timeLeftMs: z.int().nullable(),
  /** What nexrender does now, in its own words; null unless the job runs. */
  phase: z.string().nullable(),
  /** Number of the latest attempt, from 1; null before the first. */
  attempt: z.int().nullable(),
  host: z.string().nullable(),
  submittedBy: z.string(),
  createdAt: instantSchema,
  startedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  failure: z.string().nullable(),
  /** null unless a cancel was asked for. */
  receipt: cancelReceiptSchema.nullable(),
  /** The job that was run again as this one; it may be deleted by now. */
  rerunOf: jobIdSchema.nullable(),
  /** The jobs that ran this one again, the newest first, at most 10. */
  rerunBy: z.array(jobIdSchema),
  /** Attempts that may still run although they gave up the job, whatever its status. */
  openAttempts: z.array(openAttemptSchema),
  /** Sentences that a person must know, about the output and about hosts that are left out. */
  warnings: z.array(z.string()),
});
export type WireJob = z.infer<typeof jobSchema>;
