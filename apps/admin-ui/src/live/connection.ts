/*
 * How fresh the page is. The footer shows the state; a strip above the page explains it.
 *
 *   live          the last message is under 15 s old
 *   reconnecting  the stream has been lost for under 3 s: the page shows no strip yet
 *   notLive       3 s and more: the page may be out of date, actions still work over HTTP
 *   offline       HTTP fails too: nothing can be changed now
 */
const STALE_MS = 15_000;
const FLICKER_MS = 3_000;

export type ConnectionFacts = {
  /** When the last message of the stream arrived. */
  readonly lastMessageAt: number;
  /** When the stream was lost; null while it is up. */
  readonly lostAt: number | null;
  /** True when the last HTTP request got no answer. */
  readonly httpFails: boolean;
};
export type ConnectionState = {
  readonly kind: 'live' | 'reconnecting' | 'notLive' | 'offline';
  readonly since: number;
};

export function decideConnection(
  { lastMessageAt, lostAt, httpFails }: ConnectionFacts,
  now: number,
): ConnectionState {
  const staleSince = now - lastMessageAt >= STALE_MS ? lastMessageAt : null;
  const since = lostAt ?? staleSince;
  if (since === null) return { kind: 'live', since: lastMessageAt };
  if (lostAt !== null && now - lostAt < FLICKER_MS) return { kind: 'reconnecting', since };
  return { kind: httpFails ? 'offline' : 'notLive', since };
}

export type Gap = { readonly from: number; readonly to: number };
export type Connection = {
  state(): ConnectionState;
  gap(): Gap | null;
  onMessage(): void;
  onStreamLost(): void;
  /** Changes between the last message and now cannot be replayed. */
  onGap(): void;
  dismissGap(): void;
  onHttpResult(answered: boolean): void;
  subscribe(listener: () => void): () => void;
  /** Computes the state for the current time; call it each second. */
  refresh(): void;
};

export function createConnection(now: () => number): Connection {
  const listeners = new Set<() => void>();
  let facts: ConnectionFacts = { lastMessageAt: now(), lostAt: now(), httpFails: false };
  let state = decideConnection(facts, now());
  let gap: Gap | null = null;

  function refresh(): void {
    const next = decideConnection(facts, now());
    if (next.kind === state.kind && (next.kind === 'live' || next.since === state.since)) return;
    state = next;
    notify();
  }
  function notify(): void {
    for (const listener of listeners) listener();
  }
  function update(changed: Partial<ConnectionFacts>): void {
    facts = { ...facts, ...changed };
    refresh();
  }

  return {
    state: () => state,
    gap: () => gap,
    onMessage: () => update({ lastMessageAt: now(), lostAt: null, httpFails: false }),
    onStreamLost: () => update({ lostAt: facts.lostAt ?? now() }),
    onGap() {
      gap = { from: facts.lastMessageAt, to: now() };
      notify();
    },
    dismissGap() {
      gap = null;
      notify();
    },
    onHttpResult: (answered) => update({ httpFails: !answered }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
  };
}
