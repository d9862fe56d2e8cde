import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const sessionSchema = z.object({
  id: z.uuid(),
  user: z.string(),
  address: z.string().nullable(),
  createdAt: instantSchema,
  lastSeenAt: instantSchema,
  expiresAt: instantSchema,
});
export type WireSession = z.infer<typeof sessionSchema>;
export const listSessionsOutput = z.object({ sessions: z.array(sessionSchema) });

export const listSessions = {
  action: 'listSessions',
  output: listSessionsOutput,
  rest: {
    method: 'GET',
    path: '/sessions',
    tag: 'access',
    summary: 'List open sessions',
    errors: [],
    example: {
      answer: {
        sessions: [
          {
            id: '5b4a3f2e-1d0c-4b9a-8f7e-6d5c4b3a2f1e',
            user: 'mira',
            address: '192.0.2.7',
            createdAt: exampleTime(0),
            lastSeenAt: exampleTime(0),
            expiresAt: exampleTime(0),
          },
        ],
      },
    },
  },
} as const satisfies ProcedureSpec;
