import { type Actor, ANONYMOUS, type Role } from '@renderdeck/domain';
import {
  type MeOutput,
  refuse,
  type WireAccount,
  type WireSession,
  type WireToken,
  type WireUser,
} from '../src/index.ts';
import type { AdminPort } from '../src/router.ts';
import type { RecordLine } from './fake-farm.ts';

/** The users that every fake server has at its start, one of each role. */
export const FAKE_USERS = {
  vera: 'viewer',
  sam: 'submitter',
  ada: 'admin',
} as const satisfies Record<string, Role>;
/** The password of each of these users. */
export const FAKE_PASSWORD = 'an honest long password';

const ANONYMOUS_ACTOR: Actor = { kind: ANONYMOUS, name: '' };
const DAY_MS = 86_400_000;
const actorOf = ({ id, name, role }: WireAccount): Actor => ({ kind: 'user', id, name, role });

export type Entry = { readonly actor: Actor; readonly sessionId: string | null };
/**
 * Users, tokens and sessions in memory, with the refusals of a real server.
 *
 * Long because: its methods share one set of accounts.
 */
export function createFakeAccess(now: () => Date, record: RecordLine) {
  const users = new Map<string, WireAccount & { password: string }>();
  const tokens = new Map<string, WireToken>();
  const sessions = new Map<string, WireSession>();

  const add = (name: string, role: Role, password: string): WireAccount => {
    const unused = { disabled: false, lastSeenAt: null, sessions: 0 };
    const account = {
      id: crypto.randomUUID(),
      name,
      role,
      createdAt: now().toISOString(),
      ...unused,
    };
    users.set(name, { ...account, password });
    return account;
  };
  const shown = ({ password: _, ...account }: WireAccount & { password: string }): WireAccount => ({
    ...account,
    sessions: [...sessions.values()].filter((session) => session.user === account.name).length,
  });
  const endSessions = (ends: (session: WireSession) => boolean) => {
    for (const session of sessions.values()) if (ends(session)) sessions.delete(session.id);
  };
  const open = (user: string): WireSession => {
    const at = now().toISOString();
    const expiresAt = new Date(now().getTime() + DAY_MS).toISOString();
    const times = { createdAt: at, lastSeenAt: at, expiresAt };
    const session = { id: crypto.randomUUID(), user, address: null, ...times };
    sessions.set(session.id, session);
    return session;
  };
  for (const [name, role] of Object.entries(FAKE_USERS)) add(name, role, FAKE_PASSWORD);

  const port = {
    async login(requestContext, { username, password }) {
      const account = users.get(username);
      if (account === undefined || account.password !== password || account.disabled) {
        const unknown = { ...requestContext, actor: { ...ANONYMOUS_ACTOR, name: username } };
        record(unknown, 'login', { outcome: 'refused', code: 'wrong_credentials' });
        throw refuse('wrong_credentials');
      }
      const session = open(username);
      record({ ...requestContext, actor: actorOf(account) }, 'login');
      return {
        user: { name: account.name, role: account.role },
        sessionId: session.id,
        expiresAt: session.expiresAt,
      };
    },
    async logout(requestContext, { sessionId }) {
      record(requestContext, 'logout', { outcome: sessionId === null ? 'noop' : 'done' });
      endSessions(({ id }) => id === sessionId);
    },
    async changePassword({ actor, ...request }, { current, next, sessionId }) {
      const account = users.get(actor.name);
      if (actor.kind !== 'user' || account === undefined) throw refuse('forbidden');
      if (account.password !== current) throw refuse('wrong_password');
      users.set(account.name, { ...account, password: next });
      endSessions(({ user, id }) => user === account.name && id !== sessionId);
      record({ ...request, actor }, 'changePassword', {
        before: { user: account.name, password: null },
        after: { user: account.name, password: 'changed' },
      });
    },
    async listUsers() {
      return { users: [...users.values()].map(shown) };
    },
    async createUser(requestContext, { name, role, password }) {
      if (users.has(name) || tokens.has(name)) throw refuse('name_taken');
      record(requestContext, 'createUser', { after: { user: name, role } });
      return { user: add(name, role, password) };
    },
    async updateUser(requestContext, { name, ...changes }) {
      const account = users.get(name);
      if (account === undefined) throw refuse('not_found', `No user is named ${name}.`);
      const {
        role = account.role,
        disabled = account.disabled,
        password = account.password,
      } = changes;
      const otherAdmin = [...users.values()].some(
        (other) => other.name !== name && other.role === 'admin' && !other.disabled,
      );
      if (!otherAdmin && account.role === 'admin' && (role !== 'admin' || disabled))
        throw refuse('last_admin');
      const changed = { ...account, role, disabled, password };
      users.set(name, changed);
      record(requestContext, 'updateUser', {
        before: { user: name, role: account.role },
        after: { user: name, role },
      });
      endSessions(({ user }) => user === name);
      return { user: shown(changed) };
    },
    async listTokens() {
      return { tokens: [...tokens.values()] };
    },
    async createToken(requestContext, { name, role, expiresInDays }) {
      if (users.has(name) || tokens.has(name)) throw refuse('name_taken');
      const expiresAt =
        expiresInDays === undefined
          ? null
          : new Date(now().getTime() + expiresInDays * DAY_MS).toISOString();
      const made = {
        createdBy: requestContext.actor.name,
        createdAt: now().toISOString(),
        expiresAt,
        lastUsedAt: null,
        revokedAt: null,
      };
      const token = { id: crypto.randomUUID(), name, role, ...made };
      tokens.set(name, token);
      record(requestContext, 'createToken', { after: { token: name, role } });
      return { token, secret: `rd_${crypto.randomUUID()}` };
    },
    async revokeToken(requestContext, { name }) {
      const held = tokens.get(name);
      if (held === undefined) throw refuse('not_found', `No token is named ${name}.`);
      record(requestContext, 'revokeToken', {
        outcome: held.revokedAt === null ? 'done' : 'noop',
        before: { token: name },
      });
      held.revokedAt ??= now().toISOString();
      return { token: held };
    },
    async listSessions() {
      return { sessions: [...sessions.values()] };
    },
    async revokeSession(requestContext, { id }) {
      if (!sessions.delete(id)) throw refuse('not_found', 'No session has this id.');
      record(requestContext, 'revokeSession', { before: { id } });
    },
  } satisfies Partial<AdminPort>;

  return {
    port,
    /** Opens a session without a password. */
    open,
    /** The actor of this session id; anonymous if it is unknown. */
    enter(sessionId: string | null): Entry {
      const session = sessions.get(sessionId ?? '');
      const account = users.get(session?.user ?? '');
      if (session !== undefined && account !== undefined && !account.disabled)
        return { actor: actorOf(account), sessionId: session.id };
      return { actor: ANONYMOUS_ACTOR, sessionId: null };
    },
    endOf: (sessionId: string | null): MeOutput['session'] => {
      const session = sessionId === null ? undefined : sessions.get(sessionId);
      return session === undefined ? null : { endsAt: session.expiresAt, renewable: false };
    },
    admins: (): string[] =>
      [...users.values()]
        .filter(({ role, disabled }) => role === 'admin' && !disabled)
        .map(({ name }) => name),
    userOf: ({ actor }: { actor: Actor }): WireUser => ({
      name: actor.name,
      role: 'role' in actor ? actor.role : 'viewer',
    }),
  };
}
