import type { LoginObstacle } from './login-obstacle.ts';
import type { Rejection } from './rejection.ts';

/*
 * An invitation lets one machine get the database login of one host, once. An admin makes it; only
 * the hash of its token is stored. make_host_login (packages/store/functions/host-joins.sql) checks
 * again that it is open, because that function has the right to make logins.
 */

/** How long an invitation is open, in minutes. */
export const INVITATION = { defaultMinutes: 60, leastMinutes: 1, mostMinutes: 1440 } as const;

/** The name of a host that joins. It is also a part of the names of a file and of a unit. */
export const JOINING_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
export const EXPLAIN_JOINING_NAME =
  'The name of a host that joins has 1 to 63 letters, digits or . _ -, a letter or digit first.';

export type Invitation = {
  readonly host: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** By the clock of the database. */
  readonly isExpired: boolean;
  /** A host of this name that has a login already gets a new password. */
  readonly replaces: boolean;
  readonly joinedAt: Date | null;
  /** When an admin withdrew it, or a newer invitation for this host took its place. */
  readonly withdrawnAt: Date | null;
};

/** The host that has the name, if one has registered with it. */
export type JoinedHost = { readonly isHeard: boolean; readonly lastHeardAt: Date };

type Decision<Facts = object> =
  | ({ readonly ok: true } & Facts)
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Decides whether an admin may invite a host. A name that has a login is invited only on purpose,
 * because its present password then ends.
 */
export function decideInvite(asked: {
  readonly name: string;
  readonly replaces: boolean;
  readonly login: string | null;
  readonly obstacle: LoginObstacle | null;
}): Decision {
  const { name, replaces, login, obstacle } = asked;
  if (obstacle !== null) return reject({ code: 'loginsNotAllowed', ...obstacle });
  if (login !== null && !replaces) return reject({ code: 'hostHasLogin', name, login });
  return { ok: true };
}

/**
 * Decides whether a machine that shows a token gets the login. `isSame`: it sends the verifier with
 * which the invitation was used, and the host still has that login. So it is the same machine,
 * which lost the answer: it gets the same answer again, also after the end of the invitation.
 */
export function decideJoin(
  invitation: Invitation | null,
  asked: {
    /** The name that the machine expects; null: any. */
    readonly name: string | null;
    readonly isSame: boolean;
    readonly host: JoinedHost | null;
    readonly login: string | null;
    readonly obstacle: LoginObstacle | null;
  },
): Decision<{ readonly isRepeated: boolean }> {
  if (invitation === null) return reject({ code: 'unknownInvitation' });
  const { host, joinedAt, withdrawnAt, isExpired, expiresAt, replaces } = invitation;
  const over = (why: 'used' | 'withdrawn' | 'expired', at: Date) =>
    reject({ code: 'invitationOver', name: host, why, at });
  if (joinedAt !== null)
    return asked.isSame ? { ok: true, isRepeated: true } : over('used', joinedAt);
  if (withdrawnAt !== null) return over('withdrawn', withdrawnAt);
  if (isExpired) return over('expired', expiresAt);
  if (asked.name !== null && asked.name !== host)
    return reject({ code: 'invitedOther', name: host, asked: asked.name });
  if (asked.host?.isHeard === true)
    return reject({ code: 'hostHeard', name: host, lastHeardAt: asked.host.lastHeardAt });
  if (asked.login !== null && !replaces)
    return reject({ code: 'hostHasLogin', name: host, login: asked.login });
  if (asked.obstacle !== null) return reject({ code: 'loginsNotAllowed', ...asked.obstacle });
  return { ok: true, isRepeated: false };
}

/** Decides whether an admin may end the login of a host. */
export function decideRevokeLogin(
  name: string,
  login: string | null,
  obstacle: LoginObstacle | null,
): Decision<{ readonly login: string }> {
  if (login === null) return reject({ code: 'noHostLogin', name });
  if (obstacle !== null) return reject({ code: 'loginsNotAllowed', ...obstacle });
  return { ok: true, login };
}

function reject(rejection: Rejection): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection };
}
