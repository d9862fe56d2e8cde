import { describe, expect, it } from 'vitest';
import { type ConnectionFacts, createConnection, decideConnection } from './connection.ts';

const AT = 1_000_000;
const LIVE: ConnectionFacts = {
  lastMessageAt: AT,
  lostAt: null,
  http: null,
  unpluggedAt: null,
  missed: 0,
};
const LOST: ConnectionFacts = { ...LIVE, lostAt: AT + 5 };
const answered = (answers: boolean, at: number) => ({ http: { answered: answers, at } });

describe('how fresh the page is', () => {
  it.each<[string, ConnectionFacts, number, object]>([
    [
      'a browser without a network, at once',
      { ...LIVE, unpluggedAt: AT + 1 },
      AT + 2,
      { kind: 'offline', since: AT + 1 },
    ],
    ['a message just now', LIVE, AT + 14_999, { kind: 'live', since: AT }],
    [
      'no message for 15 s, though the socket looks open',
      LIVE,
      AT + 15_000,
      { kind: 'notLive', since: AT, httpAnswers: false },
    ],
    [
      'a stream lost for under 3 s',
      { ...LOST, ...answered(false, AT + 6) },
      AT + 3_004,
      { kind: 'reconnecting', since: AT + 5 },
    ],
    [
      'a stream lost for 3 s, and no request since',
      { ...LOST, ...answered(true, AT + 4) },
      AT + 3_005,
      { kind: 'notLive', since: AT + 5, httpAnswers: false },
    ],
    [
      'a lost stream, and a request that was answered since',
      { ...LOST, ...answered(true, AT + 6) },
      AT + 3_005,
      { kind: 'notLive', since: AT + 5, httpAnswers: true },
    ],
    [
      'a lost stream and HTTP without an answer',
      { ...LOST, ...answered(false, AT + 6) },
      AT + 3_005,
      { kind: 'offline', since: AT + 5 },
    ],
    [
      'a stream that is back and sends what was missed',
      { ...LIVE, missed: 1204 },
      AT + 1,
      { kind: 'catchingUp', since: AT, missed: 1204 },
    ],
  ])('%s', (_, facts, now, state) => {
    expect(decideConnection(facts, now)).toEqual(state);
  });

  it('notifies once of each step from live to not live, catching up and live again', () => {
    let now = AT;
    const connection = createConnection(() => now);
    const seen: string[] = [];
    connection.subscribe(() => seen.push(connection.state().kind));
    connection.onMessage();
    connection.onMessage();
    connection.onStreamLost();
    now += 3_000;
    connection.refresh();
    connection.refresh();
    connection.onHttpResult(false);
    connection.onMessage(40);
    connection.onMessage(40);
    connection.onMessage(0);
    expect(seen).toEqual(['live', 'reconnecting', 'notLive', 'offline', 'catchingUp', 'live']);
  });

  it('does not name the changes of a loss that was too short to be shown', () => {
    let now = AT;
    const connection = createConnection(() => now);
    connection.onMessage();
    connection.onStreamLost();
    now += 2_000;
    connection.refresh();
    connection.onMessage(3);
    expect(connection.state().kind).toBe('live');
  });

  it('keeps the moment at which the stream was lost, however often it is lost again', () => {
    let now = AT;
    const connection = createConnection(() => now);
    connection.onMessage();
    connection.onStreamLost();
    now += 10_000;
    connection.onStreamLost();
    expect(connection.state()).toMatchObject({ kind: 'notLive', since: AT });
  });

  it('names a gap from the last message to now, until it is dismissed', () => {
    let now = AT;
    const connection = createConnection(() => now);
    connection.onMessage();
    now += 60_000;
    connection.onGap();
    expect(connection.gap()).toEqual({ from: AT, to: AT + 60_000 });
    connection.dismissGap();
    expect(connection.gap()).toBeNull();
  });
});
