/*
 * Who asks. A request carries `Authorization: Bearer <token>` or the encrypted session cookie. Both
 * name a row of the database. The answer is cached for some seconds, and the cache is invalidated
 * by the notification that access changed, so a logout, a new role or a revocation counts at once.
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
import { type NewSession, readSessionId, writeSessionCookie } from './session-cookie.ts';

const CACHE_MS = 5000;
const MAX_CACHED = 10_000;
const ANONYMOUS_ACTOR: Actor = { kind: ANONYMOUS, name: 'unknown' };

export type Authenticated = { readonly actor: Actor; readonly sessionId: string | null };
export type Authenticator = {
  /**
   * Tells who sent this request. Called again, it tells whether that still holds. It never throws
   * for a bad cookie or token: that is an anonymous actor.
   */
  of(request: IncomingMessage): (quietly?: boolean) => Promise<Authenticated>;
  /** Sets the cookie of a session in the browser, or deletes it there. */
  setCookie(response: ServerResponse, secure: boolean, session: NewSession | null): Promise<void>;
  /** Empties the cache, because access changed, and calls the listeners. */
  invalidate(): void;
  /** Calls the listener at each `invalidate`. Gives the way to unsubscribe. */
  onInvalidate(listener: () => void): () => void;
};

/** The first secret encrypts; each of them decrypts. */
export function authenticator(
  db: Database,
  secrets: readonly [string, ...string[]],
  mayCache: () => boolean,
): Authenticator {
  const cache = createActorCache(mayCache);
  const listeners = new Set<() => void>();
  return {
    of(request) {
      const forPrograms = request.url?.startsWith('/api/v1/') === true;
      const token = bearerOf(request) ?? (forPrograms ? nexrenderSecretOf(request) : undefined);
      if (token !== undefined) {
        const find = () => authenticateToken({ db }, { secret: token });
        return async () => {
          const actor = await cache.get(`token ${tokenHash(token)}`, find);
          return { actor: actor ?? ANONYMOUS_ACTOR, sessionId: null };
        };
      }
      let decrypted: Promise<string | null> | null = null;
      return async (quietly = false) => {
        decrypted ??= forPrograms ? Promise.resolve(null) : readSessionId(request, secrets);
        const sessionId = await decrypted;
        if (sessionId === null) return { actor: ANONYMOUS_ACTOR, sessionId: null };
        // Quiet calls have their own key: they must not keep an act from counting as use.
        const key = `${quietly ? 'quiet session' : 'session'} ${sessionId}`;
        const actor = await cache.get(key, () =>
          authenticateSession({ db }, { sessionId, quietly }),
        );
        return actor === null ? { actor: ANONYMOUS_ACTOR, sessionId: null } : { actor, sessionId };
      };
    },
    setCookie: (response, secure, session) =>
      writeSessionCookie(response, session, { secret: secrets[0], secure }),
    invalidate() {
      cache.clear();
      for (const listener of listeners) listener();
    },
    onInvalidate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Actors by session or token. Null where nobody is known by it. */
function createActorCache(mayCache: () => boolean) {
  const cached = new Map<string, { readonly actor: Actor | null; readonly until: number }>();
  let changes = 0;
  return {
    async get(
      key: string,
      find: () => Promise<Outcome<{ readonly actor: Actor }>>,
    ): Promise<Actor | null> {
      const known = cached.get(key);
      if (known !== undefined && known.until > Date.now() && mayCache()) return known.actor;
      const before = changes;
      const found = await find();
      const actor = found.ok ? found.actor : null;
      if (cached.size > MAX_CACHED) cached.clear();
      // What was read while access changed may be what it was before.
      if (before === changes) cached.set(key, { actor, until: Date.now() + CACHE_MS });
      return actor;
    },
    clear(): void {
      changes += 1;
      cached.clear();
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
