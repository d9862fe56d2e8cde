const KEEP_MS = 5000;
const MAX_CACHED = 10_000;

export type AccessCache<Value> = {
  /**
   * Returns the cached value, or calls `find` for it. Calls for one key during a `find` share it,
   * so that many pages whose values run out together cost one read. If access changes while `find`
   * runs, its value goes to those who already wait for it, and is not cached.
   */
  get(key: string, find: () => Promise<Value>): Promise<Value>;
  clear(): void;
};

/**
 * Caches for five seconds what the database says about access. While `mayCache` returns false, the
 * cache is not read, because a notification that access changed may have been lost.
 */
export function createAccessCache<Value>(mayCache: () => boolean): AccessCache<Value> {
  const cached = new Map<string, { readonly value: Promise<Value>; until: number }>();
  return {
    get(key, find) {
      const entry = cached.get(key);
      if (entry !== undefined && entry.until > performance.now() && mayCache()) return entry.value;
      if (cached.size > MAX_CACHED) cached.clear();
      const found = { value: find(), until: Number.POSITIVE_INFINITY };
      cached.set(key, found);
      found.value.then(
        () => {
          found.until = performance.now() + KEEP_MS;
        },
        () => {
          if (cached.get(key) === found) cached.delete(key);
        },
      );
      return found.value;
    },
    clear: () => cached.clear(),
  };
}
