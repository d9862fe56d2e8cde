const KEEP_MS = 5000;
const MAX_CACHED = 10_000;

export type AccessCache<Value> = {
  /** Gives the cached value, or finds it. It is not cached where access changed meanwhile. */
  get(key: string, find: () => Promise<Value>): Promise<Value>;
  clear(): void;
};

/**
 * Caches what the database says of access, for five seconds. While `mayCache` is false it answers
 * nothing from the cache: notifications that access changed may be lost then.
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
      // Access may have changed during the read: then the value may be out of date.
      if (before === changes) cached.set(key, { value, until: performance.now() + KEEP_MS });
      return value;
    },
    clear() {
      changes += 1;
      cached.clear();
    },
  };
}
