import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { exampleTime } from '../procedures/examples.ts';
import { roleSchema } from '../session/session.ts';

export const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role: roleSchema,
  createdBy: z.string(),
  createdAt: instantSchema,
  expiresAt: instantSchema.nullable(),
  lastUsedAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
});
export type WireToken = z.infer<typeof tokenSchema>;

/** A token of the examples. */
export const exampleToken: WireToken = {
  id: '9e0d1c2b-3a4f-4e5d-8c6b-7a8f9e0d1c2b',
  name: 'pipeline',
  role: 'submitter',
  createdBy: 'ada',
  createdAt: exampleTime(0),
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
};
