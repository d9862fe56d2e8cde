/*
 * How fresh the page is, in words (footer) and as a strip when it is not.
 *
 *   live          the last message is under 15 s old
 *   reconnecting  the stream is lost for under 3 s: nothing flickers
 *   notLive       3 s and more: what is shown may be old, actions still work over HTTP
 *   offline       HTTP fails too: nothing can be changed now
 */
export const STALE_MS = 15_000;
export const FLICKER_MS = 3_000;

export type ConnectionFacts = {
  /** When the last message of the stream came. */
  readonly heardAt: number;
  /** When the stream was lost; null while it is up. */
  readonly lostAt: number | null;
  /** True when the last HTTP call had no answer. */
  readonly httpFails: boolean;
};
export type ConnectionState = {
  readonly kind: 'live' | 'reconnecting' | 'notLive' | 'offline';
  readonly since: number;
};

export function decideConnection(
  { heardAt, lostAt, httpFails }: ConnectionFacts,
  now: number,
): ConnectionState {
  const quietAt = now - heardAt >= STALE_MS ? heardAt : null;
  const since = lostAt ?? quietAt;
  if (since === null) return { kind: 'live', since: heardAt };
  if (lostAt !== null && now - lostAt < FLICKER_MS) return { kind: 'reconnecting', since };
  return { kind: httpFails ? 'offline' : 'notLive', since };
}

export type Gap = { readonly from: number; readonly to: number };
export type Connection = {
  state(): ConnectionState;
  gap(): Gap | null;
  heard(): void;
  lost(): void;
  /** Notes that changes between the last message and now were not seen. */
  missed(): void;
  dismissGap(): void;
  httpAnswered(answered: boolean): void;
  subscribe(listener: () => void): () => void;
  /** Looks at the time again; call it each second. */
  look(): void;
};

export function createConnection(now: () => number): Connection {
  const listeners = new Set<() => void>();
  let facts: ConnectionFacts = { heardAt: now(), lostAt: now(), httpFails: false };
  let state = decideConnection(facts, now());
  let gap: Gap | null = null;

  function look(): void {
    const next = decideConnection(facts, now());
    if (next.kind === state.kind && (next.kind === 'live' || next.since === state.since)) return;
    state = next;
    tell();
  }
  function tell(): void {
    for (const listener of listeners) listener();
  }
  function learn(news: Partial<ConnectionFacts>): void {
    facts = { ...facts, ...news };
    look();
  }

  return {
    state: () => state,
    gap: () => gap,
    heard: () => learn({ heardAt: now(), lostAt: null, httpFails: false }),
    lost: () => learn({ lostAt: facts.lostAt ?? now() }),
    missed() {
      gap = { from: facts.heardAt, to: now() };
      tell();
    },
    dismissGap() {
      gap = null;
      tell();
    },
    httpAnswered: (answered) => learn({ httpFails: !answered }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    look,
  };
}
