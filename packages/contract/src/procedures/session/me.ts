import { VERSION } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { exampleUser, userSchema } from '../../session/session.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const meOutput = z.object({
  user: userSchema,
  /** What the page may offer to this user. The server decides again at each call. */
  can: z.object({
    stop: z.boolean(),
    prioritise: z.boolean(),
    submit: z.boolean(),
    access: z.boolean(),
    auditAll: z.boolean(),
  }),
  /** The names of the admins, so that a user knows whom to ask. */
  admins: z.array(z.string()),
  /** How many days an ended job is kept; null: for ever. */
  keepJobsDays: z.number().nullable(),
  serverTime: instantSchema,
  /** The version of Renderdeck of this server. Several servers may have different versions. */
  serverVersion: z.string(),
  /**
   * When this session ends if the user does nothing. `renewable`: a request moves that time. Null
   * for a token.
   */
  session: z.object({ endsAt: instantSchema, renewable: z.boolean() }).nullable(),
  /** Identifies the version of the page that this server serves now; null if it serves no page. */
  build: z.string().nullable(),
});
export type MeOutput = z.infer<typeof meOutput>;

const exampleMe: MeOutput = {
  user: exampleUser,
  can: { stop: true, prioritise: true, submit: true, access: true, auditAll: true },
  admins: ['ada'],
  keepJobsDays: 90,
  serverTime: exampleTime(40),
  serverVersion: VERSION,
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
