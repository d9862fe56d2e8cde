const KEY = 'renderdeck.told';
const KEPT = 1000;

/**
 * Returns those of the keys that no tab of this browser has told, and marks them as told. Each key
 * goes to one tab, also after a reconnect.
 *
 * What another tab stores may be seen late, because browsers keep a copy in each process. So the
 * tab that tells a key also holds a lock with its name until the tab closes.
 */
export async function takeUntold(keys: readonly string[]): Promise<readonly string[]> {
  const take = async () => {
    const told = read();
    const untold: string[] = [];
    for (const key of keys) if (!told.includes(key) && (await hold(key))) untold.push(key);
    if (untold.length > 0)
      window.localStorage.setItem(KEY, JSON.stringify([...untold, ...read()].slice(0, KEPT)));
    return untold;
  };
  return navigator.locks === undefined ? take() : await navigator.locks.request(KEY, take);
}

/** Resolves with false if a tab holds the lock of this key. */
function hold(key: string): Promise<boolean> {
  // Without locks (jsdom) two tabs can show the same notice. Every browser with notices has them.
  if (navigator.locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const untilClosed = (lock: Lock | null) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => {});
    };
    navigator.locks
      .request(`${KEY} ${key}`, { ifAvailable: true }, untilClosed)
      .catch(() => resolve(true)); // better told twice than never
  });
}

function read(): readonly unknown[] {
  try {
    const told: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(told) ? told : [];
  } catch {
    return [];
  }
}
