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
  /** The result of the action. The result of a stop may still change. */
  result: z
    .enum(AUDIT_RESULTS, { error: `A result is one of ${AUDIT_RESULTS.join(', ')}.` })
    .optional(),
  /**
   * A part of a name (actor, job, user, token, host) or of a reason, or the start of a job's id.
   */
  q: z
    .string({ error: SEARCH })
    .trim()
    .min(2, { error: SEARCH })
    .max(200, { error: SEARCH })
    .refine(isStorable, { error: NOT_STORABLE })
    .optional(),
  /** Only the line with this id. */
  entry: z
    .string({ error: ENTRY })
    .regex(/^\d{1,18}$/, { error: ENTRY })
    .optional(),
  jobId: jobIdSchema.optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  cursor: pageCursorSchema.optional(),
  /** Only lines newer than this place, which is the `head` of an earlier answer. */
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
  /**
   * The result for people: the outcome, the kind of a refusal, and whether the stop is already
   * proven.
   */
  result: z.enum(AUDIT_RESULTS),
  jobId: z.uuid().nullable(),
  /**
   * The name of the job; null if the line is not about a job, or if the job is no longer stored.
   */
  jobName: z.string().nullable(),
  reason: z.string().nullable(),
  before: values,
  after: values,
  /** The seal of the line in the chain, made just after the action; null until then. */
  seal: z.object({ number: z.string(), hash: z.string() }).nullable(),
});
export type WireAuditEntry = z.infer<typeof auditEntrySchema>;
/** A time in which no server could write an audit line. */
export const auditHoleSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  /**
   * down: every server had ended. notHeard: no server reached the database, and the reason is
   * unknown.
   */
  why: z.enum(['down', 'notHeard']),
});
export type WireAuditHole = z.infer<typeof auditHoleSchema>;
export const listAuditOutput = z.object({
  entries: z.array(auditEntrySchema),
  /** The holes in the time of this page, newest first. */
  holes: z.array(auditHoleSchema),
  nextCursor: z.string().nullable(),
  /** The place of the newest line, to use as `after`; null if no line matches. */
  head: z.string().nullable(),
  /** False if the page has only the lines of the reader's own actions. */
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
      'Callers who are not admins get only the lines of their own actions; `whole` is then ' +
      'false. `holes` are the times in which no server could write a line.',
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
