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
import { estimateSchema } from './estimate.ts';
import { transferSchema } from './transfer.ts';

/** Capital letters become small letters, because PostgreSQL writes ids in small letters. */
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

/** A priority as a number, or as text in the query of a URL. */
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
  /** Null if the host could not read it. */
  startedAt: instantSchema.nullable(),
  endedBy: z.enum(ENDED_BY).nullable(),
  endedAt: instantSchema.nullable(),
}) satisfies z.ZodType<EndedProcess>;

export const survivorSchema = z.object({
  pid: z.int(),
  name: z.string(),
  state: z.string(),
}) satisfies z.ZodType<Survivor>;
/** A file that could not be deleted, and the reason. */
export const leftoverSchema = z.object({
  path: z.string(),
  error: z.string(),
}) satisfies z.ZodType<Leftover>;

/** An attempt that no longer holds its job, and whose end nobody has proven or declared. */
export const openAttemptSchema = z.object({
  number: z.int(),
  host: z.string(),
  /** When its host was last heard; null if that is not known. */
  lastHeardAt: instantSchema.nullable(),
  output: z.enum(OUTPUTS),
  /** Why the host could not prove the end, as a sentence. */
  problem: z.string().nullable(),
});
export type WireOpenAttempt = z.infer<typeof openAttemptSchema>;

/** An admin declared the host of an attempt gone. A declaration is no proof. */
export const declarationSchema = z.object({
  by: z.string(),
  at: instantSchema,
  reason: z.string(),
});

/**
 * The answer to a cancel. A repeated cancel gets the same receipt, possibly with more facts. Times
 * are in ms.
 */
export const cancelReceiptSchema = z.object({
  /** People write it as `#4812`; its address on the page is `/receipts/4812`. */
  number: z.int(),
  outcome: z.enum(CANCEL_OUTCOMES),
  output: z.enum(OUTPUTS),
  /** What a person must know about the output, as sentences. */
  warnings: z.array(z.string()),
  requestedBy: z.string(),
  requestedAt: instantSchema,
  channel: z.string(),
  reason: z.string().nullable(),
  /** The trace of the cancel in OpenTelemetry; absent if it was not traced. */
  traceId: z.string().optional(),
  /**
   * The number of the attempt that was asked to stop. The next fields, up to the times, belong to
   * it.
   */
  attempt: z.int().nullable(),
  host: z.string().nullable(),
  /** When the request reached the host; null while that is not known. */
  deliveredAt: instantSchema.nullable(),
  /**
   * The host did not say when the request reached it, so `deliveredAt` is the time of the proof.
   */
  deliveredWithProof: z.boolean(),
  processes: z.array(endedProcessSchema),
  proof: z.enum(PROOFS).nullable(),
  survivors: z.array(survivorSchema),
  files: z.object({
    removed: z.int(),
    bytes: z.int(),
    leftovers: z.array(leftoverSchema),
  }),
  /** By the clock of the host, like the times of the processes. */
  firstSignalAt: instantSchema.nullable(),
  /** When no process of the attempt was left, by the clock of the database. */
  deadAt: instantSchema.nullable(),
  /**
   * From the first step of the host to end the processes until its proof, by the clock of the host.
   */
  timeToDeadMs: z.number().nullable(),
  /** From the first deleted file to the last, by the clock of the host. */
  timeToCleanMs: z.number().nullable(),
  /** From the request until `confirmedAt`, by the clock of the database. */
  askToProofMs: z.number().nullable(),
  /** Attempts of the job that may still run. */
  openAttempts: z.array(openAttemptSchema),
  /** Attempts that count as ended only because their host was declared gone. */
  declared: z.array(declarationSchema.extend({ number: z.int(), host: z.string() })),
  /**
   * Hosts that may run the job although the database lost the claim in a failover. They had not
   * told the new database what they run when the cancel came.
   */
  awaitedHosts: z.array(
    z.object({
      host: z.string(),
      /** When the host had told the database everything that it runs; null until then. */
      reportedAt: instantSchema.nullable(),
      /** An admin decided that the host will not report. The decision is no proof. */
      declaration: declarationSchema.nullable(),
    }),
  ),
  /** When the last attempt was proven and the last awaited host had reported; null until then. */
  confirmedAt: instantSchema.nullable(),
});
export type WireCancelReceipt = z.infer<typeof cancelReceiptSchema>;

/** The words of the page for the statuses, for people who compare the page with the API. */
const WORDS =
  'On the page: QUEUED is Queued; RENDERING is Starting or Rendering, Unknown while its host is ' +
  'silent; CANCELLING is Stopping; CANCELLED is Stopped, or Not proven; COMPLETED is Finished, ' +
  'or Finished, nothing published; FAILED is Failed.';

export const jobSchema = z.object({
  id: jobIdSchema,
  name: z.string(),
  /**
   * The file name of the template. Null if it is hidden, and for jobs that an older version queued.
   */
  template: z.string().nullable(),
  status: jobStatusSchema.describe(WORDS),
  priority: z.int(),
  /** The tags that a host must offer for this job, sorted. Empty: any host may claim it. */
  tags: z.array(z.string()),
  /**
   * The place in the whole queue, 1 is next; null unless QUEUED. Jobs that the host of this job
   * cannot claim are counted, too.
   */
  position: z.int().nullable(),
  /**
   * Set while the job waits and no known host may claim it: the tags that no host offers. Empty if
   * each tag is offered, but no host offers all of them. `warnings` has it as a sentence.
   */
  noHostOffers: z.array(z.string()).nullable(),
  /**
   * Set while the job waits and all hosts that could take it are drained: their names, at most ten.
   * `warnings` has it as a sentence. Null in the answer to a submission, which does not look for
   * it. Unset if the server has an older version.
   */
  drainedHosts: z.array(z.string()).nullable().optional(),
  version: z.int(),
  /** The progress of the latest attempt in percent, 0 to 100. */
  progress: z.number(),
  /**
   * How long the job will still take, in ms: in steps of 5 min for 10 min and more, of 1 min for 2
   * min and more; 60000 means under 2 min. Null if it is not known: below 5 %, in the first minute
   * of the render, while the host is silent, and when the last progress is old.
   */
  timeLeftMs: z.int().nullable(),
  /**
   * When the job will start and end. Null if it neither waits nor renders, or if the answer does
   * not say it. Unset if the server has an older version.
   */
  estimate: estimateSchema.nullable().optional(),
  /**
   * The sources that the host downloads now, or the output that it uploads or copies. Null if it
   * does not, if a stop was asked for, or if its worker has an older version. Unset if the server
   * has an older version.
   */
  transfer: transferSchema.nullable().optional(),
  /** What nexrender does now, in nexrender's words; null unless the job runs. */
  phase: z.string().nullable(),
  /** The number of the latest attempt, from 1; null before the first attempt. */
  attempt: z.int().nullable(),
  host: z.string().nullable(),
  submittedBy: z.string(),
  createdAt: instantSchema,
  startedAt: instantSchema.nullable(),
  endedAt: instantSchema.nullable(),
  failure: z.string().nullable(),
  /**
   * Whether output of the job is out. `none` for a job that has completed means that it published
   * nothing.
   */
  output: z.enum(OUTPUTS),
  /** Null unless the job was cancelled. */
  receipt: cancelReceiptSchema.nullable(),
  /** The job that this job runs again; that job may be deleted already. */
  rerunOf: jobIdSchema.nullable(),
  /** The jobs that run this job again, newest first, at most 10. */
  rerunBy: z.array(jobIdSchema),
  /**
   * Attempts that may still run although they no longer hold the job. Its status does not matter.
   */
  openAttempts: z.array(openAttemptSchema),
  /**
   * Sentences that a person must know, about the output and about hosts that do not get the job.
   */
  warnings: z.array(z.string()),
});
export type WireJob = z.infer<typeof jobSchema>;
