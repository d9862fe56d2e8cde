import { z } from 'zod';
import { exampleUser, userSchema } from '../../session/session.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { EXAMPLE_PASSWORD } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const loginInput = z.object({
  username: z
    .string({ error: 'username is missing.' })
    .min(1, { error: 'username is empty.' })
    .max(256, { error: 'username is too long.' })
    .refine(isStorable, { error: NOT_STORABLE }),
  password: z
    .string({ error: 'password is missing.' })
    .min(1, { error: 'password is empty.' })
    .max(256, { error: 'password is too long.' }),
});
export type LoginInput = z.infer<typeof loginInput>;
export const loginOutput = z.object({ user: userSchema });

export const login = {
  action: 'login',
  input: loginInput,
  output: loginOutput,
  noCommand: 'Every command signs in by itself.',
  rest: {
    method: 'POST',
    path: '/session',
    tag: 'session',
    summary: 'Sign in',
    description: 'The answer sets the session cookie.',
    special: 'it sets the cookie',
    errors: ['wrong_credentials', 'cross_site'],
    example: {
      body: { username: 'ada', password: EXAMPLE_PASSWORD },
      answers: { 200: { success: true, user: exampleUser } },
    },
  },
} as const satisfies ProcedureSpec;
