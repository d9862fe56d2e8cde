const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000];

/** Wait before a lost WebSocket is opened again: up to 10 s, spread by a fifth, without an end. */
export function reconnectDelayMs(attempt: number): number {
  return (BACK_OFF_MS[attempt] ?? 10_000) * (0.8 + 0.4 * Math.random());
}

/** The WebSocket opens with its first subscription and closes a second after its last. */
export const LAZY = { enabled: true, closeMs: 1_000 } as const;

/** A connection that answers no ping is lost within 15 s. */
export const KEEP_ALIVE = { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 } as const;
