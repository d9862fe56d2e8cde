import { describe, expect, it } from 'vitest';
import { createConnection, decideConnection } from './connection.ts';

const AT = 1_000_000;

describe('how fresh the page is', () => {
  it.each([
    [
      'a message just now',
      { lastMessageAt: AT, lostAt: null, httpFails: false },
      AT + 14_999,
      'live',
      AT,
    ],
    [
      'no message for 15 s, though the socket looks open',
      { lastMessageAt: AT, lostAt: null, httpFails: false },
      AT + 15_000,
      'notLive',
      AT,
    ],
    [
      'a stream lost for under 3 s',
      { lastMessageAt: AT, lostAt: AT + 5, httpFails: true },
      AT + 3_004,
      'reconnecting',
      AT + 5,
    ],
    [
      'a stream lost for 3 s',
      { lastMessageAt: AT, lostAt: AT + 5, httpFails: false },
      AT + 3_005,
      'notLive',
      AT + 5,
    ],
    [
      'a lost stream and HTTP without an answer',
      { lastMessageAt: AT, lostAt: AT + 5, httpFails: true },
      AT + 3_005,
      'offline',
      AT + 5,
    ],
  ] as const)('%s', (_, facts, now, kind, since) => {
    expect(decideConnection(facts, now)).toEqual({ kind, since });
  });

  it('notifies once of each step from live to not live and back', () => {
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
    connection.onMessage();
    expect(seen).toEqual(['live', 'reconnecting', 'notLive', 'offline', 'live']);
  });

  it('keeps the moment at which the stream was lost, however often it is lost again', () => {
    let now = AT;
    const connection = createConnection(() => now);
    connection.onMessage();
    connection.onStreamLost();
    now += 10_000;
    connection.onStreamLost();
    expect(connection.state()).toEqual({ kind: 'notLive', since: AT });
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
