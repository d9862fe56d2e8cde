/*
 * Finds a connection that has become silent: its server is gone, or something on the way drops its
 * packets. TCP needs 15 minutes to notice that.
 *
 * 1. Each statement is remembered until its answer comes. A statement without an answer for
 *    `silentAfterMs` is late. The time is counted in ticks of a timer, so time in which this
 *    program was stopped does not count.
 * 2. Another connection then asks PostgreSQL what the sessions of this pool do. Each pool has an
 *    application name of its own.
 * 3. A session that works, or waits for a lock or a disk, is slow. It is left alone: its work would
 *    not end with its connection, so each new connection would leave one more session behind.
 * 4. If no slow session has the late statement, the statement or its answer was lost. Its
 *    connection is then silent, and `onSilent` is called once. If every connection is slow, the
 *    statement only waits behind them. If PostgreSQL does not answer in step 2, every connection is
 *    silent.
 */
import { openClient } from './open-client.ts';

/** How long PostgreSQL may take to answer what its sessions do. */
const LOOK_WITHIN_MS = 10_000;
const TICKS = 10;

/** Remembers a statement until it is answered. */
export type TrackAnswer = (text: string, answer: Promise<unknown>) => void;
type Sent = { readonly text: string; readonly tick: number };
export type Watched = {
  readonly url: string;
  /** The application name. No other pool has the same one. */
  readonly name: string;
  readonly size: number;
  readonly silentAfterMs: number;
};

/** Watches the statements that are given to `track`. */
export function watchAnswers(
  watched: Watched,
  onSilent: () => void,
): { readonly track: TrackAnswer; stop(): void } {
  const unanswered = new Set<Sent>();
  let tick = 0;
  let isAsking = false;

  const late = () => [...unanswered].filter((sent) => tick - sent.tick > TICKS);
  async function look(): Promise<void> {
    const asked = new Set(late());
    if (asked.size === 0) return;
    const slow = await findSlow(watched);
    if (slow.length >= watched.size) return;
    const isSlow = ({ text }: Sent) => slow.some((shown) => text.startsWith(shown));
    if (late().some((sent) => asked.has(sent) && !isSlow(sent))) onSilent();
  }
  const timer = setInterval(() => {
    tick += 1;
    if (isAsking) return;
    isAsking = true;
    void look().finally(() => {
      isAsking = false;
    });
  }, watched.silentAfterMs / TICKS).unref();
  return {
    track(text, answer) {
      const sent = { text, tick };
      unanswered.add(sent);
      const forget = () => void unanswered.delete(sent);
      answer.then(forget, forget);
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * The statements, or their beginnings, of the sessions of the pool that do something or did
 * something a moment ago; none if PostgreSQL does not answer.
 */
async function findSlow({ url, name, silentAfterMs }: Watched): Promise<readonly string[]> {
  const client = openClient(url, { name: `watch of ${name}`, size: 1 });
  const giveUp = setTimeout(() => void client.end(0), LOOK_WITHIN_MS);
  try {
    const slow = await client.sql<{ query: string }[]>`
      select query from pg_stat_activity where application_name = ${name}
      and (state = 'active' and wait_event_type is distinct from 'Client'
        or state_change > clock_timestamp() - ${silentAfterMs / 2} * interval '1 millisecond')`;
    return slow.map(({ query }) => query);
  } catch {
    return [];
  } finally {
    clearTimeout(giveUp);
    await client.end(0);
  }
}
