/*
 * Finds who sent a request:
 *
 * 1. A request carries `Authorization: Bearer <token>` or the session cookie (session-cookie.ts).
 *    On a route for programs (/api/v1) the token may also stand in the header `nexrender-secret`.
 *    These routes read no cookie.
 * 2. The token or the cookie names a row in the database. The actor is cached for five seconds. The
 *    decrypted cookie (the session id) is cached until the cookie expires.
 * 3. The notification that access changed empties both caches, so a logout, a new role or a
 *    revocation takes effect at once. While the listener is not connected, every request reads the
 *    actor from the database.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ANONYMOUS } from '@renderdeck/contract';
import type { Actor } from '@renderdeck/contract/router';
import { authenticateSession, authenticateToken, tokenHash } from '@renderdeck/operations';
import type { Database } from '@renderdeck/store/connect';
import { createAccessCache } from './access-cache.ts';
import { rememberCookies } from './decrypted-cookies.ts';
import { type NewSession, readSessionId, writeSessionCookie } from './session-cookie.ts';

const ANONYMOUS_ACTOR: Actor = { kind: ANONYMOUS, name: 'unknown' };

export type Authenticated = { readonly actor: Actor; readonly sessionId: string | null };
export type Authenticator = {
  /**
   * Returns a function that finds who sent this request. Each call looks again, so an open
   * WebSocket can check that its session still counts. A bad cookie or token gives the anonymous
   * actor and throws nothing. `forPrograms` must come from the matched route, never from the URL.
   */
  of(request: IncomingMessage, forPrograms: boolean): (quietly?: boolean) => Promise<Authenticated>;
  /** Sets the cookie of a session in the browser, or deletes it there. */
  setCookie(response: ServerResponse, secure: boolean, session: NewSession | null): Promise<void>;
  /** Empties the cache, because access changed, and calls the listeners. */
  invalidate(): void;
  /** Calls the listener at each `invalidate`. Returns the function that unsubscribes. */
  onInvalidate(listener: () => void): () => void;
  /** False while a notification that access changed may be lost. */
  mayCache(): boolean;
};

/** The first secret encrypts cookies. Every secret can decrypt them. */
export function authenticator(
  db: Database,
  secrets: readonly [string, ...string[]],
  mayCache: () => boolean,
): Authenticator {
  const cache = createAccessCache<Actor | null>(mayCache);
  const cookies = rememberCookies();
  const listeners = new Set<() => void>();
  return {
    of(request, forPrograms) {
      const token = bearerOf(request) ?? (forPrograms ? nexrenderSecretOf(request) : undefined);
      if (token !== undefined) {
        const find = async () => actorOf(await authenticateToken({ db }, { secret: token }));
        return async () => {
          const actor = await cache.get(`token ${tokenHash(token)}`, find);
          return { actor: actor ?? ANONYMOUS_ACTOR, sessionId: null };
        };
      }
      let decrypted: Promise<string | null> | null = null;
      return async (quietly = false) => {
        decrypted ??= forPrograms
          ? Promise.resolve(null)
          : readSessionId(request, secrets, cookies);
        const sessionId = await decrypted;
        if (sessionId === null) return { actor: ANONYMOUS_ACTOR, sessionId: null };
        // A quiet call does not count as use of the session. Other calls must not get its cache
        // entry.
        const key = `${quietly ? 'quiet session' : 'session'} ${sessionId}`;
        const actor = await cache.get(key, async () =>
          actorOf(await authenticateSession({ db }, { sessionId, quietly })),
        );
        return actor === null ? { actor: ANONYMOUS_ACTOR, sessionId: null } : { actor, sessionId };
      };
    },
    setCookie: (response, secure, session) =>
      writeSessionCookie(response, session, { secret: secrets[0], secure }),
    invalidate() {
      cache.clear();
      cookies.clear();
      for (const listener of listeners) listener();
    },
    onInvalidate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    mayCache,
  };
}

function actorOf(found: Awaited<ReturnType<typeof authenticateSession>>): Actor | null {
  return found.ok ? found.actor : null;
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

function nexrenderSecretOf({ headers }: IncomingMessage): string | undefined {
  const secret = headers['nexrender-secret'];
  return typeof secret === 'string' && secret !== '' ? secret : undefined;
}
