import { AUDIT_ACTIONS, AUDIT_DEEDS, AUDIT_OUTCOMES, AUDIT_RESULTS } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { jobIdSchema } from '../../jobs/job.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { EXAMPLE_JOB_ID, EXAMPLE_REQUEST_ID, EXAMPLE_SEAL, exampleTime } from '../examples.ts';
import { limitSchema, pageCursorSchema } from '../jobs/list-jobs.ts';
import type { ProcedureSpec } from '../spec.ts';

const NAME = 'An actor is the name of a user or token.';
const SEARCH = 'A search is 2 to 200 characters of a name, a reason or a job’s id.';
const ENTRY = 'An entry is the id of an audit line; the list shows it.';

export const listAuditInput = z.object({
  actor: z
    .string({ error: NAME })
    .max(200, { error: NAME })
    .refine(isStorable, { error: NOT_STORABLE })
    .optional(),
  action: z
    .enum(AUDIT_ACTIONS, { error: `An action is one of ${AUDIT_ACTIONS.join(', ')}.` })
    .optional(),
  outcome: z
    .enum(AUDIT_OUTCOMES, { error: `An outcome is one of ${AUDIT_OUTCOMES.join(', ')}.` })
    .optional(),
  /** A kind of actions, such as `changeAccess`. */
  did: z.enum(AUDIT_DEEDS, { error: `did is one of ${AUDIT_DEEDS.join(', ')}.` }).optional(),
  /** How it came out; a stop that is asked for may still change its result. */
  result: z
    .enum(AUDIT_RESULTS, { error: `A result is one of ${AUDIT_RESULTS.join(', ')}.` })
    .optional(),
  /** Part of a name (who, job, user, token, host) or of a reason, or how a job's id begins. */
  q: z
    .string({ error: SEARCH })
    .trim()
    .min(2, { error: SEARCH })
    .max(200, { error: SEARCH })
    .refine(isStorable, { error: NOT_STORABLE })
    .optional(),
  /** The line with this id alone. */
  entry: z
    .string({ error: ENTRY })
    .regex(/^\d{1,18}$/, { error: ENTRY })
    .optional(),
  jobId: jobIdSchema.optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  cursor: pageCursorSchema.optional(),
  /** Only lines newer than this place: `head` of an earlier answer. */
  after: pageCursorSchema.optional(),
  limit: limitSchema.default(100),
});
export type ListAuditInput = z.infer<typeof listAuditInput>;

const values = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .nullable();
export const auditEntrySchema = z.object({
  id: z.string(),
  at: instantSchema,
  actor: z.object({ kind: z.string(), name: z.string() }),
  channel: z.string(),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
  action: z.enum(AUDIT_ACTIONS),
  outcome: z.enum(AUDIT_OUTCOMES),
  code: z.string().nullable(),
  /** For people: the outcome, what kind of refusal, and whether the stop is proven by now. */
  result: z.enum(AUDIT_RESULTS),
  jobId: z.uuid().nullable(),
  /** The job's name; null where the line is about none, or where it is not kept any more. */
  jobName: z.string().nullable(),
  reason: z.string().nullable(),
  before: values,
  after: values,
  /** Its seal in the chain, made just after the action; null until then. */
  seal: z.object({ number: z.string(), hash: z.string() }).nullable(),
});
export type WireAuditEntry = z.infer<typeof auditEntrySchema>;
/** A time in which no server could write a line. */
export const auditHoleSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  /** down: every server had ended. notHeard: none reached the database, and why is not known. */
  why: z.enum(['down', 'notHeard']),
});
export type WireAuditHole = z.infer<typeof auditHoleSchema>;
export const listAuditOutput = z.object({
  entries: z.array(auditEntrySchema),
  /** Holes within this page, the newest first. */
  holes: z.array(auditHoleSchema),
  nextCursor: z.string().nullable(),
  /** The place of the newest line, for `after`; null where no line matches. */
  head: z.string().nullable(),
  /** False: only the lines of the reader's own actions are in it. */
  whole: z.boolean(),
});
export type ListAuditOutput = z.infer<typeof listAuditOutput>;

const exampleLine: ListAuditOutput['entries'][number] = {
  id: '17',
  at: exampleTime(30),
  actor: { kind: 'user', name: 'ada' },
  channel: 'rest',
  address: '192.0.2.7',
  requestId: EXAMPLE_REQUEST_ID,
  action: 'cancelJob',
  outcome: 'done',
  code: null,
  result: 'done',
  jobId: EXAMPLE_JOB_ID,
  jobName: 'Intro',
  reason: 'wrong template',
  before: { status: 'RENDERING' },
  after: { status: 'CANCELLING', receipt: 4812 },
  seal: EXAMPLE_SEAL,
};

export const listAudit = {
  action: 'listAudit',
  input: listAuditInput,
  output: listAuditOutput,
  rest: {
    method: 'GET',
    path: '/audit',
    tag: 'audit',
    summary: 'List audit lines, newest first',
    description:
      'Who is no admin gets the lines of the own actions alone; `whole` says so. `holes` are ' +
      'the times in which no server could write a line.',
    errors: [],
    example: {
      answer: {
        entries: [exampleLine],
        holes: [],
        nextCursor: null,
        head: '1772366430000-17',
        whole: true,
      },
    },
  },
} as const satisfies ProcedureSpec;
