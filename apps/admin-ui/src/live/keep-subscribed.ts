/**
 * Subscribes again whenever the subscription has ended, after the given delay.
 * The returned function unsubscribes.
 */
export function keepSubscribed(
  subscribe: (onEnd: (delayMs: number) => void) => { unsubscribe(): void },
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let subscription = subscribe(resubscribe);
  let stopped = false;
  function resubscribe(delayMs: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!stopped) subscription = subscribe(resubscribe);
    }, delayMs);
  }
  return () => {
    stopped = true;
    clearTimeout(timer);
    subscription.unsubscribe();
  };
}
