import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { isStorable, NOT_STORABLE } from '../../storable.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { hostNameSchema } from './declare-host-gone.ts';
import { EXAMPLE_INVITATION } from './invite-host.ts';

const TOKEN = 'token is the token of an invitation.';
const VERIFIER = 'verifier is a SCRAM-SHA-256 verifier of PostgreSQL with 4096 iterations.';

export const joinHostInput = z.object({
  token: z
    .string({ error: TOKEN })
    .min(1, { error: TOKEN })
    .max(200, { error: TOKEN })
    .refine(isStorable, { error: NOT_STORABLE }),
  /** The name that the machine expects; unset: the name of the invitation. */
  name: hostNameSchema.optional(),
  /** Made from a password that never leaves the machine. */
  verifier: z
    .string({ error: VERIFIER })
    .regex(/^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/, {
      error: VERIFIER,
    }),
});
export type JoinHostInput = z.infer<typeof joinHostInput>;

export const joinHostOutput = z.object({
  host: z.string(),
  login: z.string(),
  database: z.object({
    /** The database as hosts reach it, without a login. */
    url: z.string(),
    /** The root certificate of its server, in PEM; null: none is given. */
    rootCertificate: z.string().nullable(),
  }),
  invitedBy: z.string(),
  invitedAt: instantSchema,
});
export type JoinHostOutput = z.infer<typeof joinHostOutput>;

export const joinHost = {
  action: 'joinHost',
  input: joinHostInput,
  output: joinHostOutput,
  noCommand: 'The new host joins by `renderdeck worker join`.',
  rest: {
    method: 'POST',
    path: '/join',
    tag: 'hosts',
    summary: 'Join as a host',
    description:
      'For `renderdeck worker join`. Needs no session: the token of an invitation is enough, ' +
      'once. The same token with the same verifier gets the same answer again, in case the ' +
      'answer was lost. Guessed tokens are slowed down like guessed passwords.',
    errors: [
      'invitation_not_found',
      'invitation_over',
      'invited_other',
      'host_heard',
      'host_has_login',
      'logins_not_allowed',
      'host_database_unknown',
      'cross_site',
    ],
    example: {
      body: {
        token: EXAMPLE_INVITATION,
        verifier: `SCRAM-SHA-256$4096:${'A'.repeat(22)}==$${'A'.repeat(43)}=:${'A'.repeat(43)}=`,
      },
      answer: {
        host: 'ae-01',
        login: 'host_ae-01_1f0c2a9e',
        database: { url: 'postgres://db.farm.example:5432/farm', rootCertificate: null },
        invitedBy: 'ada',
        invitedAt: exampleTime(0),
      },
    },
  },
} as const satisfies ProcedureSpec;
