/** Waits so long, or until the signal is given. */
export function pause(ms: number, skipGrace?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (skipGrace?.aborted === true) return resolve();
    const end = () => {
      clearTimeout(timer);
      skipGrace?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    skipGrace?.addEventListener('abort', end);
  });
}
