import { z } from 'zod';
import { newPasswordSchema } from '../../session/session.ts';
import { EXAMPLE_PASSWORD } from '../examples.ts';
import { done, type ProcedureSpec, success } from '../spec.ts';

export const changePasswordInput = z.object({
  current: z
    .string({ error: 'current is missing.' })
    .min(1, { error: 'current is empty.' })
    .max(256, { error: 'current is too long.' }),
  next: newPasswordSchema,
});
export type ChangePasswordInput = z.infer<typeof changePasswordInput>;

export const changePassword = {
  action: 'changePassword',
  input: changePasswordInput,
  output: done,
  rest: {
    method: 'PUT',
    path: '/session/password',
    tag: 'session',
    summary: 'Change your own password',
    description:
      'Ends every other session of yours. A wrong present password counts like a failed ' +
      'sign-in. A token has no password.',
    errors: ['wrong_password', 'forbidden', 'cross_site'],
    example: {
      body: { current: EXAMPLE_PASSWORD, next: 'a new and long password' },
      answer: success,
    },
  },
} as const satisfies ProcedureSpec;
