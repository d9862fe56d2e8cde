const KEY = 'renderdeck.told';
const KEPT = 1000;

/**
 * Returns those of the keys that no tab of this browser has told, and marks them as told. Each key
 * goes to one tab, also after a reconnect.
 */
export async function takeUntold(keys: readonly string[]): Promise<readonly string[]> {
  const take = () => {
    const told = read();
    const untold = keys.filter((key) => !told.includes(key));
    if (untold.length > 0)
      window.localStorage.setItem(KEY, JSON.stringify([...untold, ...told].slice(0, KEPT)));
    return untold;
  };
  // Without locks (jsdom) two tabs can show the same notice. Every browser with notices has them.
  return navigator.locks === undefined ? take() : await navigator.locks.request(KEY, take);
}

function read(): readonly unknown[] {
  try {
    const told: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(told) ? told : [];
  } catch {
    return [];
  }
}
