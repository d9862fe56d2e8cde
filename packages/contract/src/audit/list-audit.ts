import { AUDIT_ACTIONS, AUDIT_OUTCOMES } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { jobIdSchema } from '../jobs/job.ts';
import { limitSchema, pageCursorSchema } from '../jobs/list-jobs.ts';
import { isStorable, NOT_STORABLE } from '../storable.ts';

const NAME = 'An actor is the name of a user or token.';

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
  jobId: jobIdSchema.optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
  cursor: pageCursorSchema.optional(),
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
  jobId: z.uuid().nullable(),
  reason: z.string().nullable(),
  before: values,
  after: values,
  /** Its seal in the chain, made just after the action; null until then. */
  seal: z.object({ number: z.string(), hash: z.string() }).nullable(),
});
export type WireAuditEntry = z.infer<typeof auditEntrySchema>;
export const listAuditOutput = z.object({
  entries: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
});
export type ListAuditOutput = z.infer<typeof listAuditOutput>;
