const MAX_CACHED = 10_000;

export type DecryptedCookies = {
  get(cookie: string): string | undefined;
  set(cookie: string, sessionId: string): void;
  clear(): void;
};

/**
 * Remembers which session id a cookie holds, because decrypting it derives two keys. Only valid
 * cookies are kept, none of them longer than it is valid.
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
      known.set(cookie, { sessionId, until: endOf(cookie) });
    },
    clear: () => known.clear(),
  };
}

/** The sixth part of an encrypted cookie is when it ends, in ms; it is empty where it does not. */
function endOf(cookie: string): number {
  const end = cookie.split('*')[5] ?? '';
  return end === '' ? Number.POSITIVE_INFINITY : Number(end);
}
