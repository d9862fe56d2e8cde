import { EXPLAIN_JOINING_NAME, INVITATION, JOINING_NAME } from '@renderdeck/domain';
import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';

export const joiningNameSchema = z
  .string({ error: EXPLAIN_JOINING_NAME })
  .regex(JOINING_NAME, { error: EXPLAIN_JOINING_NAME });

const { leastMinutes: least, mostMinutes: most } = INVITATION;
const MINUTES = `expiresInMinutes is a whole number of minutes from ${least} to ${most}.`;

export const inviteHostInput = z.object({
  name: joiningNameSchema,
  /** If the host has a login, it gets a new password when it joins. */
  replace: z.boolean({ error: 'replace is true or false.' }).default(false),
  expiresInMinutes: z
    .int({ error: MINUTES })
    .min(least, { error: MINUTES })
    .max(most, { error: MINUTES })
    .optional(),
});
export type InviteHostInput = z.infer<typeof inviteHostInput>;

export const inviteHostOutput = z.object({
  name: z.string(),
  /** Shown only in this answer. Only its hash is stored. */
  token: z.string(),
  expiresAt: instantSchema,
  /**
   * False: only the machine of the API can join, because hosts on other machines have no address of
   * the database (RENDERDECK_HOST_DATABASE_URL).
   */
  fromElsewhere: z.boolean(),
});
export type InviteHostOutput = z.infer<typeof inviteHostOutput>;

export const EXAMPLE_INVITATION = 'rdj_a token that is shown this once';

export const inviteHost = {
  action: 'inviteHost',
  input: inviteHostInput,
  output: inviteHostOutput,
  rest: {
    method: 'POST',
    path: '/hosts/:name/invitation',
    tag: 'hosts',
    summary: 'Invite a host to join',
    description:
      'Returns a token for one use. With it, `renderdeck worker join` gives the new host a login ' +
      'of its own in the database. A newer invitation for the same host ends this one.',
    errors: ['host_has_login', 'logins_not_allowed'],
    example: {
      body: { expiresInMinutes: 60 },
      answer: {
        name: 'ae-01',
        token: EXAMPLE_INVITATION,
        expiresAt: exampleTime(59),
        fromElsewhere: true,
      },
    },
  },
} as const satisfies ProcedureSpec;
