import { z } from 'zod';
import { describeStop } from '../../jobs/describe-stop.ts';
import {
  cancelReceiptSchema,
  jobIdSchema,
  jobSchema,
  type WireCancelReceipt,
} from '../../jobs/job.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const reasonSchema = z
  .string({ error: 'A reason is text.' })
  .trim()
  .max(140, { error: 'A reason has at most 140 characters.' })
  .refine(isStorable, { error: NOT_STORABLE })
  .transform((text) => (text === '' ? undefined : text));

export const cancelJobInput = z.object({
  id: jobIdSchema,
  reason: reasonSchema.optional(),
  /** How long to wait for the proof, in ms. After this time the receipt says `cancelling`. */
  waitMs: z
    .int({ error: 'waitMs is a whole number of milliseconds from 0 to 60000.' })
    .min(0, { error: 'waitMs is a whole number of milliseconds from 0 to 60000.' })
    .max(60_000, { error: 'waitMs is a whole number of milliseconds from 0 to 60000.' })
    .default(10_000),
});
export type CancelJobInput = z.infer<typeof cancelJobInput>;
export const cancelJobOutput = z.object({ job: jobSchema, receipt: cancelReceiptSchema });
export type CancelJobOutput = z.infer<typeof cancelJobOutput>;

const ended = (pid: number, name: string, parentPid: number) =>
  ({
    pid,
    name,
    parentPid,
    startedAt: exampleTime(10),
    endedBy: 'SIGTERM',
    endedAt: exampleTime(30),
  }) as const;
/** A receipt of the examples, while the host stops the job. */
export const exampleCancelling: WireCancelReceipt = {
  number: 4812,
  outcome: 'cancelling',
  output: 'none',
  requestedBy: 'ada',
  requestedAt: exampleTime(30),
  channel: 'rest',
  reason: 'wrong template',
  attempt: 1,
  host: 'render-01',
  deliveredAt: exampleTime(30),
  deliveredWithProof: false,
  processes: [],
  proof: null,
  survivors: [],
  files: { removed: 0, bytes: 0, leftovers: [] },
  firstSignalAt: null,
  deadAt: null,
  timeToDeadMs: null,
  timeToCleanMs: null,
  askToProofMs: null,
  warnings: [],
  openAttempts: [],
  declared: [],
  awaitedHosts: [],
  confirmedAt: null,
};
/** The receipt of the examples, after the host has proven the end. */
export const exampleCancelled: WireCancelReceipt = {
  ...exampleCancelling,
  outcome: 'cancelled',
  processes: [
    ended(4100, 'nexrender', 4000),
    ended(4101, 'aerender', 4100),
    ended(4102, 'AfterFX', 4101),
  ],
  proof: 'kernel',
  files: { removed: 12, bytes: 48_000_000, leftovers: [] },
  firstSignalAt: exampleTime(30),
  deadAt: exampleTime(30),
  timeToDeadMs: 41,
  timeToCleanMs: 9,
  askToProofMs: 1000,
  confirmedAt: exampleTime(31),
};

const exampleAnswer = (receipt: WireCancelReceipt) => ({
  success: true,
  message: describeStop(receipt, Date.parse(exampleTime(31))).sentence,
  receipt,
});

export const cancelJob = {
  action: 'cancelJob',
  input: cancelJobInput,
  output: cancelJobOutput,
  rest: {
    method: 'DELETE',
    path: '/jobs/:id',
    tag: 'jobs',
    summary: 'Cancel a job',
    description:
      'Stops a running job, or takes a queued one out of the queue. 200 when it is proven for ' +
      'every attempt that nothing of it runs. 202 while one is unproven: its host has not ' +
      'confirmed, or was declared gone (outcome `declared`). Asked again, the answer is the ' +
      'first receipt, with what is known by then.',
    special: '200 or 202, with a sentence',
    errors: ['job_not_found', 'job_already_ended'],
    example: {
      body: { reason: 'wrong template' },
      answers: {
        200: exampleAnswer(exampleCancelled),
        202: exampleAnswer(exampleCancelling),
      },
    },
  },
} as const satisfies ProcedureSpec;
