import { explainObstacle, refuse } from '@renderdeck/contract';
import type { Rejection } from '@renderdeck/operations';

type Of<Code extends Rejection['code']> = Extract<Rejection, { code: Code }>;
type JoinRejection = Of<
  | 'unknownInvitation'
  | 'invitationOver'
  | 'invitedOther'
  | 'hostHasLogin'
  | 'noHostLogin'
  | 'loginsNotAllowed'
>;

const OVER = {
  used: 'was used',
  withdrawn: 'was withdrawn',
  expired: 'expired',
} as const satisfies Record<Of<'invitationOver'>['why'], string>;

/** The errors of invitations and of the logins of hosts. */
export function joinRejectionToError(rejection: JoinRejection): Error {
  switch (rejection.code) {
    case 'unknownInvitation':
      return refuse('invitation_not_found');
    case 'invitationOver': {
      const { name, why, at } = rejection;
      const sentence =
        `The invitation of ${name} ${OVER[why]} at ${at.toISOString()}. ` +
        `Ask an admin for a new one: ctl hosts invite ${name}`;
      return refuse('invitation_over', sentence, { name, why, at: at.toISOString() });
    }
    case 'invitedOther': {
      const { name, asked } = rejection;
      const sentence =
        `The invitation is for the host ${name}, and this host is ${asked}. Join without a name, ` +
        `or ask an admin for an invitation of ${asked}.`;
      return refuse('invited_other', sentence, { name, asked });
    }
    case 'hostHasLogin': {
      const { name, login } = rejection;
      const sentence =
        `${name} has the login ${login} already. To give it a new password, which ends the ` +
        `present one, invite it with replace: ctl hosts invite ${name} --replace`;
      return refuse('host_has_login', sentence, { name, login });
    }
    case 'noHostLogin': {
      const { name } = rejection;
      const sentence = `${name} has no login of its own; list the hosts to see their logins.`;
      return refuse('host_login_not_found', sentence, { name });
    }
    case 'loginsNotAllowed': {
      const { lacks, owner } = rejection;
      return refuse('logins_not_allowed', explainObstacle(rejection), { lacks, owner });
    }
  }
}
