import { z } from 'zod';
import { exampleToken, tokenSchema } from '../../access/account.ts';
import { userNameSchema } from '../../session/session.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const revokeTokenInput = z.object({ name: userNameSchema });
export type RevokeTokenInput = z.infer<typeof revokeTokenInput>;
const revokeTokenOutput = z.object({ token: tokenSchema });

export const revokeToken = {
  action: 'revokeToken',
  input: revokeTokenInput,
  output: revokeTokenOutput,
  rest: {
    method: 'DELETE',
    path: '/tokens/:name',
    tag: 'access',
    summary: 'Revoke a token',
    description: 'It ends at once, with its open streams. It stays in the list.',
    errors: ['not_found'],
    example: { answer: { token: { ...exampleToken, revokedAt: exampleTime(0) } } },
  },
} as const satisfies ProcedureSpec;
