import { decideInvite, decideJoin, decideRevokeLogin, INVITATION } from '@renderdeck/domain';
import type { AdminPort } from '../src/router.ts';
import type { FakeFarm, RecordLine } from './fake-farm.ts';
import { refusalOf } from './fake-refusals.ts';

type FakeInvitation = {
  readonly host: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly replaces: boolean;
  joinedAt: Date | null;
  withdrawnAt: Date | null;
  verifier: string | null;
};

const MINUTE_MS = 60_000;
/**
 * Invitations and logins of hosts in memory, with the refusals of a real server.
 * Long because: its functions share the invitations and the logins.
 */
export function createFakeJoins(farm: FakeFarm, now: () => Date, record: RecordLine) {
  const invitations = new Map<string, FakeInvitation>();
  const logins = new Map<string, string>();
  const obstacle = null;
  const openOnes = () =>
    [...invitations.values()].filter(
      ({ joinedAt, withdrawnAt, expiresAt }) =>
        joinedAt === null && withdrawnAt === null && expiresAt > now(),
    );
  const withdraw = (name: string) => {
    const found = openOnes().filter(({ host }) => host === name);
    for (const one of found) one.withdrawnAt = now();
    return found.length > 0;
  };
  return {
    async inviteHost(requestContext, { name, replace: replaces, expiresInMinutes: minutes }) {
      const login = logins.get(name) ?? null;
      const decision = decideInvite({ name, replaces, login, obstacle });
      if (!decision.ok) throw refusalOf(decision.rejection);
      withdraw(name);
      const token = `rdj_${crypto.randomUUID()}`;
      const createdAt = now();
      const lastsMs = (minutes ?? INVITATION.defaultMinutes) * MINUTE_MS;
      const expiresAt = new Date(createdAt.getTime() + lastsMs);
      const { name: createdBy } = requestContext.actor;
      const open = { joinedAt: null, withdrawnAt: null, verifier: null };
      invitations.set(token, {
        ...{ host: name, createdBy, createdAt, expiresAt, replaces },
        ...open,
      });
      const after = { host: name, replaces, expiresAt: expiresAt.toISOString() };
      record(requestContext, 'inviteHost', { after });
      return { name, token, expiresAt: expiresAt.toISOString(), fromElsewhere: true };
    },

    async listInvitations() {
      const listed = openOnes().toSorted((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
      return {
        invitations: listed.map(({ host, replaces, createdBy, createdAt, expiresAt }) => ({
          ...{ name: host, replace: replaces, invitedBy: createdBy },
          ...{ invitedAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
        })),
      };
    },

    async withdrawInvitation(requestContext, { name }) {
      const changed = withdraw(name);
      const outcome = changed ? 'done' : 'noop';
      record(requestContext, 'withdrawInvitation', { outcome, before: { host: name } });
      return { name, changed };
    },

    async joinHost(requestContext, { token, name = null, verifier }) {
      const found = invitations.get(token) ?? null;
      const host = farm.hosts.find((one) => one.name === found?.host);
      const isHeard = host !== undefined && host.state !== 'silent' && host.state !== 'stopped';
      const heard = host && { isHeard, lastHeardAt: new Date(host.lastHeardAt) };
      const decision = decideJoin(found && { ...found, isExpired: found.expiresAt <= now() }, {
        name,
        isSame: found?.verifier === verifier && logins.has(found.host),
        host: heard ?? null,
        login: logins.get(found?.host ?? '') ?? null,
        obstacle,
      });
      if (!decision.ok) throw refusalOf(decision.rejection);
      if (found === null) throw refusalOf({ code: 'unknownInvitation' });
      const login = logins.get(found.host) ?? `host_${found.host}`;
      if (!decision.isRepeated) {
        logins.set(found.host, login);
        Object.assign(found, { joinedAt: now(), verifier });
        const actor = { kind: 'worker', name: found.host } as const;
        const after = { host: found.host, login, invitedBy: found.createdBy };
        record({ ...requestContext, actor }, 'joinHost', { after });
      }
      return {
        host: found.host,
        login,
        database: { url: 'postgres://db.farm.example:5432/farm', rootCertificate: null },
        invitedBy: found.createdBy,
        invitedAt: found.createdAt.toISOString(),
      };
    },

    async revokeHostLogin(requestContext, { name, reason }) {
      const decision = decideRevokeLogin(name, logins.get(name) ?? null, obstacle);
      if (!decision.ok) throw refusalOf(decision.rejection);
      const { login } = decision;
      logins.delete(name);
      for (const host of farm.hosts) if (host.name === name) host.loginEnded = true;
      const [before, after] = [
        { host: name, login },
        { host: name, login: null },
      ];
      record(requestContext, 'revokeHostLogin', { reason, before, after });
      return { name, login };
    },
  } satisfies Partial<AdminPort>;
}
