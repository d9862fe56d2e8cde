import { z } from 'zod';
import { exampleToken, tokenSchema } from '../../access/account.ts';
import { roleSchema, userNameSchema } from '../../session/session.ts';
import type { ProcedureSpec } from '../spec.ts';

const DAYS = 'expiresInDays is a whole number of days from 1 to 3650.';
export const createTokenInput = z.object({
  name: userNameSchema,
  role: roleSchema,
  expiresInDays: z
    .int({ error: DAYS })
    .min(1, { error: DAYS })
    .max(3650, { error: DAYS })
    .optional(),
});
export type CreateTokenInput = z.infer<typeof createTokenInput>;
/** The secret is shown only in this answer, and only its hash is stored. */
export const createTokenOutput = z.object({ token: tokenSchema, secret: z.string() });

export const createToken = {
  action: 'createToken',
  input: createTokenInput,
  output: createTokenOutput,
  rest: {
    method: 'POST',
    path: '/tokens',
    tag: 'access',
    summary: 'Make a token for a program',
    description:
      'A program signs in with `Authorization: Bearer` and the `secret`, which is shown this ' +
      'once. Without `expiresInDays` it is valid until it is revoked.',
    status: 201,
    errors: ['name_taken'],
    example: {
      body: { name: exampleToken.name, role: exampleToken.role },
      answer: { token: exampleToken, secret: 'a secret that is shown this once' },
    },
  },
} as const satisfies ProcedureSpec;
