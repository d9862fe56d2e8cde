import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { exampleTime } from '../procedures/examples.ts';
import { roleSchema } from '../session/session.ts';

export const accountSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  createdAt: instantSchema,
  lastSeenAt: instantSchema.nullable(),
  sessions: z.int(),
});
export type WireAccount = z.infer<typeof accountSchema>;

/** A user that the examples show. */
export const exampleAccount: WireAccount = {
  id: '4a6f2d3b-7c1e-4b8a-9d0f-3e5c2b1a6f70',
  name: 'mira',
  role: 'submitter',
  disabled: false,
  createdAt: exampleTime(0),
  lastSeenAt: exampleTime(0),
  sessions: 1,
};

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

/** A token that the examples show. */
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
