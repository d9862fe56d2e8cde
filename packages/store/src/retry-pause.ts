const FIRST_MS = 50;

/**
 * The pause before the next try, in ms. It doubles with each failure, up to `mostMs`. A random part
 * spreads the tries of many programs that lose one database at the same time.
 */
export function retryPauseMs(failures: number, mostMs: number): number {
  return Math.min(FIRST_MS * 2 ** failures, mostMs) * (0.5 + Math.random() / 2);
}
