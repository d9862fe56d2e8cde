import { createHash } from 'node:crypto';
import { decideJoin } from '@renderdeck/domain';
import {
  type Database,
  findHost,
  findHostLoginState,
  inTransaction,
  lockInvitation,
  makeHostLogin,
} from '@renderdeck/store';
import { tokenHash } from '../access/authenticate.ts';
import { returnTry, takeLoginTry } from '../access/limit-logins.ts';
import { type AdminContext, type Result, reject } from '../operation-context.ts';

/** Guessed tokens are counted under this name, which no user can have. */
const COUNTED_AS = ' join';

export type Join = {
  readonly token: string;
  /** The name that the machine expects; null: any. */
  readonly name: string | null;
  /** Made on the machine from its password, which never leaves it. */
  readonly verifier: string;
};
export type Joined = {
  readonly host: string;
  readonly login: string;
  readonly invitedBy: string;
  readonly invitedAt: Date;
  /** The machine had joined already, and only its answer was lost. */
  readonly isRepeated: boolean;
};

/**
 * Gives a machine the login of the host that its token invites. The protocol is in
 * apps/worker/src/commands/join/join.ts. A token that no invitation has counts as a guessed
 * password. The database writes the audit line (make_host_login); the API writes that of a refusal.
 */
export async function joinHost(
  context: AdminContext,
  { token, name, verifier }: Join,
): Promise<Result<Joined>> {
  const taken = await takeLoginTry(context.db, COUNTED_AS, context.requestContext);
  if ('retryAfterSeconds' in taken) return reject({ code: 'tooManyLogins', ...taken });
  const hash = tokenHash(token);
  return await inTransaction(context.db, async (tx): Promise<Result<Joined>> => {
    const invitation = await lockInvitation(tx, hash);
    const host = invitation?.host ?? '';
    const state = await findHostLoginState(tx, host);
    const isBound = invitation !== null && invitation.login === state.login;
    const decision = decideJoin(invitation, {
      name,
      isSame: isBound && invitation.verifierHash === hashOf(verifier),
      host: invitation === null ? null : await findJoinedHost(tx, host),
      ...state,
    });
    if (invitation !== null) await returnTry(tx, taken);
    if (!decision.ok || invitation === null) return decision.ok ? unknownInvitation() : decision;
    const { isRepeated } = decision;
    const login =
      isRepeated && state.login !== null
        ? state.login
        : await makeHostLogin(tx, hash, verifier, askedBy(context));
    const { createdBy: invitedBy, createdAt: invitedAt } = invitation;
    return { ok: true, host, login, invitedBy, invitedAt, isRepeated };
  });
}

const unknownInvitation = () => reject({ code: 'unknownInvitation' });

function askedBy({ requestContext: { channel, address, requestId } }: AdminContext) {
  return { channel, address, requestId };
}

async function findJoinedHost(tx: Database, name: string) {
  const found = await findHost(tx, name);
  if (found === null) return null;
  const { stoppedAt, isWithinLease, lastHeardAt } = found;
  return { isHeard: stoppedAt === null && isWithinLease, lastHeardAt };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
