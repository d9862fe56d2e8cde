import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { exampleUser, userSchema } from '../../session/session.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const meOutput = z.object({
  user: userSchema,
  /** What the page may offer; the server decides each time again. */
  can: z.object({
    stop: z.boolean(),
    prioritise: z.boolean(),
    submit: z.boolean(),
    access: z.boolean(),
    auditAll: z.boolean(),
  }),
  /** Whom to ask: the names of admins. */
  admins: z.array(z.string()),
  /** How long an ended job is kept; null: for ever. */
  keepJobsDays: z.number().nullable(),
  serverTime: instantSchema,
  /**
   * When this session ends if nothing is done; `renewable`: a request moves that. Null for a token.
   */
  session: z.object({ endsAt: instantSchema, renewable: z.boolean() }).nullable(),
  /** Identifies the page that this server serves now; null where it serves none. */
  build: z.string().nullable(),
});
export type MeOutput = z.infer<typeof meOutput>;

const exampleMe: MeOutput = {
  user: exampleUser,
  can: { stop: true, prioritise: true, submit: true, access: true, auditAll: true },
  admins: ['ada'],
  keepJobsDays: 90,
  serverTime: exampleTime(40),
  session: null,
  build: null,
};

export const me = {
  action: 'me',
  output: meOutput,
  rest: {
    method: 'GET',
    path: '/session',
    tag: 'session',
    summary: 'Show who you are and what you may do',
    description: '`session` says when a session ends; it is null for a token.',
    errors: [],
    example: { answer: exampleMe },
  },
} as const satisfies ProcedureSpec;
