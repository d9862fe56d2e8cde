import { z } from 'zod';
import { instantSchema } from '../../instant.ts';
import { exampleTime } from '../examples.ts';
import type { ProcedureSpec } from '../spec.ts';
import { joiningNameSchema } from './invite-host.ts';

/** An invitation with which a machine may still join. Its token is not stored. */
const invitationSchema = z.object({
  name: z.string(),
  /** Whether it also gives a host a new password that has a login. */
  replace: z.boolean(),
  invitedBy: z.string(),
  invitedAt: instantSchema,
  expiresAt: instantSchema,
});
export type WireInvitation = z.infer<typeof invitationSchema>;

export const listInvitationsOutput = z.object({ invitations: z.array(invitationSchema) });

export const listInvitations = {
  action: 'listInvitations',
  output: listInvitationsOutput,
  rest: {
    method: 'GET',
    path: '/invitations',
    tag: 'hosts',
    summary: 'List the open invitations of hosts',
    description: 'Those with which a machine may still join; the one that ends first comes first.',
    errors: [],
    example: {
      answer: {
        invitations: [
          {
            name: 'ae-01',
            replace: false,
            invitedBy: 'ada',
            invitedAt: exampleTime(0),
            expiresAt: exampleTime(59),
          },
        ],
      },
    },
  },
} as const satisfies ProcedureSpec;

const withdrawInvitationInput = z.object({ name: joiningNameSchema });
const withdrawInvitationOutput = z.object({
  name: z.string(),
  /** False if the host had no open invitation. */
  changed: z.boolean(),
});

export const withdrawInvitation = {
  action: 'withdrawInvitation',
  input: withdrawInvitationInput,
  output: withdrawInvitationOutput,
  rest: {
    method: 'DELETE',
    path: '/hosts/:name/invitation',
    tag: 'hosts',
    summary: 'Withdraw the invitation of a host',
    description: 'No machine can join with it any more. A host that has joined keeps its login.',
    errors: [],
    example: { answer: { name: 'ae-01', changed: true } },
  },
} as const satisfies ProcedureSpec;
