/*
 * How fresh the page is. The footer shows the state; a strip above the page explains it.
 *
 *   live          the last message is under 15 s old
 *   reconnecting  the stream has been lost for under 3 s: the page shows no strip yet
 *   notLive       3 s and more: the page may be out of date. Whether actions work over HTTP is
 *                 known only once a request was answered since
 *   offline       HTTP fails too, or the browser has no network: nothing can be changed now
 *   catchingUp    the stream is back and sends the changes that the page has missed
 */
const STALE_MS = 15_000;
const FLICKER_MS = 3_000;

export type ConnectionFacts = {
  /** When the last message of the stream arrived. */
  readonly lastMessageAt: number;
  /** When the stream was lost; null while it is up. */
  readonly lostAt: number | null;
  /** Whether the last HTTP request got an answer, and when that was known; null before it. */
  readonly http: { readonly answered: boolean; readonly at: number } | null;
  /** When the browser said that it has no network; null while it has one. */
  readonly unpluggedAt: number | null;
  /** Missed changes that the stream is sending now. */
  readonly missed: number;
};
export type ConnectionState =
  | { readonly kind: 'live' | 'reconnecting' | 'offline'; readonly since: number }
  | { readonly kind: 'notLive'; readonly since: number; readonly httpAnswers: boolean }
  | { readonly kind: 'catchingUp'; readonly since: number; readonly missed: number };

export function decideConnection(
  { lastMessageAt, lostAt, http, unpluggedAt, missed }: ConnectionFacts,
  now: number,
): ConnectionState {
  if (unpluggedAt !== null) return { kind: 'offline', since: lostAt ?? unpluggedAt };
  const staleSince = now - lastMessageAt >= STALE_MS ? lastMessageAt : null;
  const since = lostAt ?? staleSince;
  if (since === null)
    return missed > 0
      ? { kind: 'catchingUp', since: lastMessageAt, missed }
      : { kind: 'live', since: lastMessageAt };
  if (lostAt !== null && now - lostAt < FLICKER_MS) return { kind: 'reconnecting', since };
  if (http !== null && !http.answered) return { kind: 'offline', since };
  return { kind: 'notLive', since, httpAnswers: http !== null && http.at >= since };
}

export type Gap = { readonly from: number; readonly to: number };
export type Connection = {
  state(): ConnectionState;
  gap(): Gap | null;
  /** A message arrived; `missed` changes that the page does not know follow it. */
  onMessage(missed?: number): void;
  onStreamLost(): void;
  /** Changes between the last message and now cannot be replayed. */
  onGap(): void;
  dismissGap(): void;
  onHttpResult(answered: boolean): void;
  /** The browser said that it has no network, or that it has one again. */
  onNetwork(isThere: boolean): void;
  subscribe(listener: () => void): () => void;
  /** Computes the state for the current time; call it each second. */
  refresh(): void;
};

export function createConnection(now: () => number): Connection {
  const listeners = new Set<() => void>();
  let facts: ConnectionFacts = {
    ...{ lastMessageAt: now(), lostAt: now(), http: null, unpluggedAt: null, missed: 0 },
  };
  let state = decideConnection(facts, now());
  let gap: Gap | null = null;
  /** The stream was away long enough that the page said so. */
  let wasAway = false;

  function refresh(): void {
    const next = decideConnection(facts, now());
    wasAway =
      next.kind === 'notLive' || next.kind === 'offline' || (wasAway && next.kind !== 'live');
    if (isSame(next, state)) return;
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
    onMessage: (missed = 0) =>
      // A short loss shows no strip, so the few missed changes are not shown either.
      update({
        ...{ lastMessageAt: now(), lostAt: null, unpluggedAt: null },
        missed: wasAway ? missed : 0,
      }),
    onStreamLost: () => update({ lostAt: facts.lostAt ?? now(), missed: 0 }),
    onGap() {
      gap = { from: facts.lastMessageAt, to: now() };
      notify();
    },
    dismissGap() {
      gap = null;
      notify();
    },
    onHttpResult: (answered) =>
      update({
        http: { answered, at: now() },
        ...(answered && { unpluggedAt: null }),
      }),
    onNetwork: (isThere) =>
      update(
        isThere ? { unpluggedAt: null } : { unpluggedAt: now(), lostAt: facts.lostAt ?? now() },
      ),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh,
  };
}

function isSame(one: ConnectionState, other: ConnectionState): boolean {
  if (one.kind === 'live' && other.kind === 'live') return true;
  return JSON.stringify(one) === JSON.stringify(other);
}
