import { z } from 'zod';
import { exampleToken, tokenSchema } from '../../access/account.ts';
import type { ProcedureSpec } from '../spec.ts';

export const listTokensOutput = z.object({ tokens: z.array(tokenSchema) });

export const listTokens = {
  action: 'listTokens',
  output: listTokensOutput,
  rest: {
    method: 'GET',
    path: '/tokens',
    tag: 'access',
    summary: 'List tokens, also revoked ones',
    errors: [],
    example: { answer: { tokens: [exampleToken] } },
  },
} as const satisfies ProcedureSpec;
