/*
 * Finds who sent a request:
 *
 * 1. A request carries `Authorization: Bearer <token>` or the session cookie (session-cookie.ts).
 *    On a route for programs (/api/v1) a token may also come as `nexrender-secret`, and no cookie
 *    is read.
 * 2. Token and cookie each name a row of the database. The actor is cached for five seconds.
 * 3. The notification that access changed empties the cache, so a logout, a new role or a
 *    revocation counts at once. Without a live listener the cache is not used.
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
   * Gives a function that finds who sent this request. Each call finds it again, so an open
   * WebSocket can check. It never throws for a bad cookie or token: the actor is anonymous then.
   * `forPrograms` comes from the matched route, never from the text of the address.
   */
  of(request: IncomingMessage, forPrograms: boolean): (quietly?: boolean) => Promise<Authenticated>;
  /** Sets the cookie of a session in the browser, or deletes it there. */
  setCookie(response: ServerResponse, secure: boolean, session: NewSession | null): Promise<void>;
  /** Empties the cache, because access changed, and calls the listeners. */
  invalidate(): void;
  /** Calls the listener at each `invalidate`. Returns the function that unsubscribes. */
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
    of(request, forPrograms) {
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
        // Quiet calls have their own key: their entry must not keep an action from counting as use.
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

/** Caches the actor of each session and token; null where there is none. */
function createActorCache(mayCache: () => boolean) {
  const cached = new Map<string, { readonly actor: Actor | null; readonly until: number }>();
  let changes = 0;
  return {
    async get(
      key: string,
      find: () => Promise<Outcome<{ readonly actor: Actor }>>,
    ): Promise<Actor | null> {
      const entry = cached.get(key);
      if (entry !== undefined && entry.until > Date.now() && mayCache()) return entry.actor;
      const before = changes;
      const found = await find();
      const actor = found.ok ? found.actor : null;
      if (cached.size > MAX_CACHED) cached.clear();
      // Access may have changed during the read: then the actor may be out of date.
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
