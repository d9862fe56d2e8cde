const BACK_OFF_MS = [500, 1_000, 2_000, 5_000, 10_000];

/**
 * How long to wait before a lost WebSocket is opened again: up to 10 s, varied by a fifth. There is
 * no last try.
 */
export function reconnectDelayMs(attempt: number): number {
  return (BACK_OFF_MS[attempt] ?? 10_000) * (0.8 + 0.4 * Math.random());
}

/** The WebSocket opens with its first subscription and closes a second after its last one ends. */
export const LAZY = { enabled: true, closeMs: 1_000 } as const;

/** A connection that does not answer a ping counts as lost within 15 s. */
export const KEEP_ALIVE = { enabled: true, intervalMs: 10_000, pongTimeoutMs: 5_000 } as const;
