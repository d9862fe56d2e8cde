import { z } from 'zod';
import { accountSchema, exampleAccount } from '../../access/account.ts';
import { newPasswordSchema, roleSchema, userNameSchema } from '../../session/session.ts';
import { EXAMPLE_PASSWORD } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const createUserInput = z.object({
  name: userNameSchema,
  role: roleSchema,
  password: newPasswordSchema,
});
export type CreateUserInput = z.infer<typeof createUserInput>;
export const createUserOutput = z.object({ user: accountSchema });

export const createUser = {
  action: 'createUser',
  input: createUserInput,
  output: createUserOutput,
  rest: {
    method: 'POST',
    path: '/users',
    tag: 'access',
    summary: 'Add a user',
    status: 201,
    errors: ['name_taken'],
    example: {
      body: { name: exampleAccount.name, role: exampleAccount.role, password: EXAMPLE_PASSWORD },
      answer: { user: exampleAccount },
    },
  },
} as const satisfies ProcedureSpec;
