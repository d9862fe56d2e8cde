const MAX_CACHED = 10_000;

export type DecryptedCookies = {
  get(cookie: string): string | undefined;
  set(cookie: string, sessionId: string): void;
  clear(): void;
};

/**
 * Remembers the session id of each decrypted cookie, because each decryption derives two keys and
 * is slow. Only valid cookies are kept, and each only until it expires.
 */
export function rememberCookies(): DecryptedCookies {
  const known = new Map<string, { readonly sessionId: string; readonly until: number }>();
  return {
    get(cookie) {
      const entry = known.get(cookie);
      if (entry === undefined) return undefined;
      if (entry.until > Date.now()) return entry.sessionId;
      known.delete(cookie);
      return undefined;
    },
    set(cookie, sessionId) {
      if (known.size >= MAX_CACHED) known.clear();
      known.set(cookie, { sessionId, until: expiryOf(cookie) });
    },
    clear: () => known.clear(),
  };
}

/**
 * The sixth part of an encrypted cookie is its expiry time in ms. The part is empty if the cookie
 * never expires.
 */
function expiryOf(cookie: string): number {
  const end = cookie.split('*')[5] ?? '';
  return end === '' ? Number.POSITIVE_INFINITY : Number(end);
}
