const KEEP_MS = 5000;
const MAX_CACHED = 10_000;

export type AccessCache<Value> = {
  /**
   * Returns the cached value, or calls `find` for it. If access changed while `find` ran, its value
   * is returned but not cached.
   */
  get(key: string, find: () => Promise<Value>): Promise<Value>;
  clear(): void;
};

/**
 * Caches for five seconds what the database says about access. While `mayCache` returns false, the
 * cache is not read, because a notification that access changed may have been lost.
 */
export function createAccessCache<Value>(mayCache: () => boolean): AccessCache<Value> {
  const cached = new Map<string, { readonly value: Value; readonly until: number }>();
  let changes = 0;
  return {
    async get(key, find) {
      const entry = cached.get(key);
      if (entry !== undefined && entry.until > performance.now() && mayCache()) return entry.value;
      const before = changes;
      const value = await find();
      if (cached.size > MAX_CACHED) cached.clear();
      // Access may have changed during the read, so the value may be out of date.
      if (before === changes) cached.set(key, { value, until: performance.now() + KEEP_MS });
      return value;
    },
    clear() {
      changes += 1;
      cached.clear();
    },
  };
}
