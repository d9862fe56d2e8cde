/** Waits so long, or until the signal is given. */
export function pause(ms: number, hurry?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (hurry?.aborted === true) return resolve();
    const end = () => {
      clearTimeout(timer);
      hurry?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    hurry?.addEventListener('abort', end);
  });
}
