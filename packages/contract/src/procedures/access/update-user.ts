import { z } from 'zod';
import { exampleAccount } from '../../access/account.ts';
import { newPasswordSchema, roleSchema, userNameSchema } from '../../session/session.ts';
import type { ProcedureSpec } from '../spec.ts';
import { createUserOutput } from './create-user.ts';

export const updateUserInput = z.object({
  name: userNameSchema,
  role: roleSchema.optional(),
  password: newPasswordSchema.optional(),
  disabled: z.boolean({ error: 'disabled is true or false.' }).optional(),
});
export type UpdateUserInput = z.infer<typeof updateUserInput>;

export const updateUser = {
  action: 'updateUser',
  input: updateUserInput,
  output: createUserOutput,
  rest: {
    method: 'PATCH',
    path: '/users/:name',
    tag: 'access',
    summary: 'Change a user',
    description:
      'Only what is given changes. A new role, a new password and `disabled` end every session ' +
      'of the user. The last admin stays admin. No user is deleted: the audit log names them.',
    errors: ['not_found', 'last_admin'],
    example: {
      body: { disabled: true },
      answer: { user: { ...exampleAccount, disabled: true, sessions: 0 } },
    },
  },
} as const satisfies ProcedureSpec;
