/*
 * Finds a connection that has become silent: its server is gone, or something on the way drops its
 * packets. TCP needs 15 minutes to notice that.
 *
 * 1. Each statement is remembered until its answer. One without an answer for `silentAfterMs` is
 *    late. Ticks of a timer are counted, so a program that was stopped counts no rest of its own.
 * 2. Another connection then asks PostgreSQL what the sessions of the late statements do.
 * 3. A session that works, or waits for a lock or a disk, is slow. It is left alone: its work does
 *    not end with its connection, so each new connection would leave one more session behind.
 * 4. A session that waits for its client, or is not there, is one whose connection is silent. So
 *    are all where PostgreSQL does not answer to 2. Then `onSilent` is called once.
 *
 * Behind PgBouncer no session is known by its number, so each late statement is silent.
 */
import type postgres from 'postgres';
import { openClient } from './open-client.ts';

/** How long PostgreSQL may take to say what its sessions do. */
const LOOK_WITHIN_MS = 10_000;
const TICKS = 10;

/** Remembers a statement, or an `answer` of another kind on the connection of the statement. */
export type TrackAnswer = (statement: object, answer: Promise<unknown>) => void;
type Sent = { readonly statement: object; readonly tick: number };

/** Watches the statements that `client` sends without a transaction, and those given to `track`. */
export function watchAnswers(
  client: postgres.Sql,
  { url, name, silentAfterMs }: { url: string; name: string; silentAfterMs: number },
  onSilent: () => void,
): { readonly track: TrackAnswer; stop(): void } {
  const unanswered = new Map<Promise<unknown>, Sent>();
  let tick = 0;
  let isAsking = false;

  const track: TrackAnswer = (statement, answer) => {
    unanswered.set(answer, { statement, tick });
    const forget = () => void unanswered.delete(answer);
    // The `then` of a statement of postgres.js would send it, before its caller has set it up.
    Reflect.apply(Promise.prototype.then, answer, [forget, forget]);
  };
  const { unsafe } = client;
  Object.assign(client, {
    unsafe: (...given: Parameters<typeof unsafe>) => {
      const statement = unsafe(...given);
      track(statement, statement);
      return statement;
    },
  });

  const latePids = () => [
    ...new Set(
      [...unanswered.values()].flatMap((sent) =>
        tick - sent.tick > TICKS ? (pidOf(sent.statement) ?? []) : [],
      ),
    ),
  ];
  async function look(): Promise<void> {
    const asked = latePids();
    if (asked.length === 0) return;
    const slow = await findSlow(url, name, asked, silentAfterMs);
    if (latePids().some((pid) => asked.includes(pid) && !slow.has(pid))) onSilent();
  }
  const timer = setInterval(() => {
    tick += 1;
    if (isAsking) return;
    isAsking = true;
    void look().finally(() => {
      isAsking = false;
    });
  }, silentAfterMs / TICKS).unref();
  return { track, stop: () => clearInterval(timer) };
}

/** The session that has the statement, as postgres.js 3.4.9 notes it; null before it is sent. */
function pidOf(statement: object): number | null {
  const state: unknown = Reflect.get(statement, 'state');
  if (typeof state !== 'object' || state === null || !('pid' in state)) return null;
  return typeof state.pid === 'number' ? state.pid : null;
}

/** Those of the sessions that do something, or did a moment ago; none where nobody answers. */
async function findSlow(
  url: string,
  name: string,
  pids: readonly number[],
  silentAfterMs: number,
): Promise<ReadonlySet<number>> {
  const client = openClient(url, { name: `${name} watch`, size: 1 });
  const giveUp = setTimeout(() => void client.end(0), LOOK_WITHIN_MS);
  try {
    const slow = await client.sql.unsafe<{ pid: number }[]>(`
      select pid from pg_stat_activity where pid in (${pids.join()})
      and (state = 'active' and wait_event_type is distinct from 'Client'
        or state_change > clock_timestamp() - interval '${silentAfterMs / 2} milliseconds')`);
    return new Set(slow.map(({ pid }) => pid));
  } catch {
    return new Set();
  } finally {
    clearTimeout(giveUp);
    await client.end(0);
  }
}
