import { z } from 'zod';
import { done, type ProcedureSpec, success } from '../spec.ts';

export const revokeSessionInput = z.object({
  id: z.uuid({ error: 'A session id is a UUID; listSessions shows them.' }),
});
export type RevokeSessionInput = z.infer<typeof revokeSessionInput>;

export const revokeSession = {
  action: 'revokeSession',
  input: revokeSessionInput,
  output: done,
  rest: {
    method: 'DELETE',
    path: '/sessions/:id',
    tag: 'access',
    summary: 'End a session',
    description: 'It ends at once, with its open streams.',
    errors: ['not_found'],
    example: { answer: success },
  },
} as const satisfies ProcedureSpec;
