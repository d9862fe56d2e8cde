/*
 * Who asks. A request carries `Authorization: Bearer <token>` or the sealed session cookie; both name a row of the database, which is asked each time
 * (remembered for some seconds, forgotten at once when a wake says that access changed), so that logout, a new role or a revocation count at once.
 * Under /api/v1 a token may also come as `nexrender-secret`, and a cookie counts for nothing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ANONYMOUS } from '@renderdeck/contract';
import type { Actor } from '@renderdeck/contract/router';
import {
  authenticateSession,
  authenticateToken,
  type Outcome,
  tokenHash,
} from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { getIronSession, type SessionOptions, unsealData } from 'iron-session';
import { z } from 'zod';

const COOKIE = 'renderdeck_session';
const REMEMBER_MS = 5000;
const ANONYMOUS_ACTOR: Actor = { kind: ANONYMOUS, name: 'unknown' };

type Sealed = { id?: string };
const sealed = z.object({ id: z.uuid() });

export type Authenticated = { readonly actor: Actor; readonly sessionId: string | null };
export type Authenticator = {
  /** Who sent this request; asked again, it tells whether that still holds. Never throws for a bad cookie or token: that is a stranger. */
  of(request: IncomingMessage): (quietly?: boolean) => Promise<Authenticated>;
  /** Hands the browser the cookie of a session, or takes it back. */
  setCookie(
    request: IncomingMessage,
    response: ServerResponse,
    secure: boolean,
    session: { id: string; expiresAt: string } | null,
  ): Promise<void>;
  /** Forgets everyone: access changed. Whoever hears it may ask anew. */
  forget(): void;
  onForget(hear: () => void): () => void;
};

/** The first of the secrets seals, all open. */
export function authenticator(
  db: Database,
  secrets: readonly [string, ...string[]],
  mayRemember: () => boolean,
): Authenticator {
  // A seal names its key by a number. All keys have the same one, so that a cookie outlives the day on which its key is the only one left.
  const numbered = (secret: string) => ({ '1': secret });
  const remembered = new Map<string, { readonly actor: Actor | null; readonly until: number }>();

  const hearers = new Set<() => void>();
  let changes = 0;

  async function remember(
    key: string,
    look: () => Promise<Outcome<{ readonly actor: Actor }>>,
  ): Promise<Actor | null> {
    const known = remembered.get(key);
    if (known !== undefined && known.until > Date.now() && mayRemember()) return known.actor;
    const before = changes;
    const found = await look();
    const actor = found.ok ? found.actor : null;
    if (remembered.size > 10_000) remembered.clear();
    // What was looked up while access changed may be what it was before.
    if (before === changes) remembered.set(key, { actor, until: Date.now() + REMEMBER_MS });
    return actor;
  }

  async function sessionIdOf(request: IncomingMessage): Promise<string | null> {
    const cookie = readCookie(request.headers.cookie ?? '', COOKIE);
    if (cookie === null) return null;
    for (const secret of secrets) {
      const opened = sealed.safeParse(
        await unsealData<Sealed>(cookie, { password: numbered(secret) }),
      );
      if (opened.success) return opened.data.id;
    }
    return null;
  }

  return {
    of(request) {
      const forPrograms = request.url?.startsWith('/api/v1/') === true;
      const token = bearerOf(request) ?? (forPrograms ? nexrenderSecretOf(request) : undefined);
      let opened: Promise<string | null> | null = null;
      return async (quietly = false) => {
        if (token !== undefined) {
          return {
            actor:
              (await remember(`token ${tokenHash(token)}`, () =>
                authenticateToken({ db }, { secret: token }),
              )) ?? ANONYMOUS_ACTOR,
            sessionId: null,
          };
        }
        opened ??= forPrograms ? Promise.resolve(null) : sessionIdOf(request);
        const sessionId = await opened;
        // Looked up apart: what a stream asks again must not keep an act from counting as use.
        const key = `${quietly ? 'quiet session' : 'session'} ${sessionId}`;
        const actor =
          sessionId === null
            ? null
            : await remember(key, () => authenticateSession({ db }, { sessionId, quietly }));
        return actor === null ? { actor: ANONYMOUS_ACTOR, sessionId: null } : { actor, sessionId };
      };
    },
    async setCookie(request, response, secure, session) {
      const options: SessionOptions = {
        cookieName: COOKIE,
        password: numbered(secrets[0]),
        // Without a lifetime the seal is good for ever; the session it names is not, and then the browser drops it.
        cookieOptions: {
          httpOnly: true,
          sameSite: 'strict',
          secure,
          path: '/',
          maxAge: undefined,
          ...(session === null ? {} : { expires: new Date(session.expiresAt) }),
        },
      };
      const cookie = await getIronSession<Sealed>(request, response, options);
      if (session === null) {
        cookie.destroy();
        return;
      }
      cookie.id = session.id;
      await cookie.save();
    },
    forget() {
      changes += 1;
      remembered.clear();
      for (const hear of hearers) hear();
    },
    onForget(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

function nexrenderSecretOf({ headers }: IncomingMessage): string | undefined {
  const secret = headers['nexrender-secret'];
  return typeof secret === 'string' && secret !== '' ? secret : undefined;
}

function readCookie(header: string, name: string): string | null {
  const found = header
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? null : decode(found.slice(name.length + 1));
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
