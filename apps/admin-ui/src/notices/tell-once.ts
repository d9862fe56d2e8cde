const KEY = 'renderdeck.told';
const KEPT = 300;

/** Runs `tell` in one tab of this browser, once for each key. */
export async function tellOnce(key: string, tell: () => void): Promise<void> {
  const claim = () => {
    const told = read();
    if (told.includes(key)) return;
    window.localStorage.setItem(KEY, JSON.stringify([key, ...told].slice(0, KEPT)));
    tell();
  };
  // Without locks (jsdom, pages over plain http) two tabs can tell the same in the same moment.
  if (navigator.locks === undefined) claim();
  else await navigator.locks.request(KEY, claim);
}

function read(): readonly unknown[] {
  try {
    const told: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(told) ? told : [];
  } catch {
    return [];
  }
}
