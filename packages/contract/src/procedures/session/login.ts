import { z } from 'zod';
import { userSchema } from '../../session/session.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
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
} as const satisfies ProcedureSpec;
