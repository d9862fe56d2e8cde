import { z } from 'zod';
import { accountSchema, exampleAccount } from '../../access/account.ts';
import type { ProcedureSpec } from '../spec.ts';

export const listUsersOutput = z.object({ users: z.array(accountSchema) });

export const listUsers = {
  action: 'listUsers',
  output: listUsersOutput,
  rest: {
    method: 'GET',
    path: '/users',
    tag: 'access',
    summary: 'List users',
    errors: [],
    example: { answer: { users: [exampleAccount] } },
  },
} as const satisfies ProcedureSpec;
