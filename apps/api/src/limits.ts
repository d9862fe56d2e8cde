import { nameActor, refuse } from '@renderdeck/contract';
import type { Actor } from '@renderdeck/contract/router';
import { apiSettings } from '@renderdeck/settings';

export const MB = 1024 * 1024;

/**
 * How much one caller may use. These limits are fixed; an operator can set those of `Limits`. A
 * person who works fast, and a program that submits a hundred jobs a second, stay below them.
 */
export const FIXED = {
  headerBytes: 16 * 1024,
  urlBytes: 8 * 1024,
  /** The longest time from the first byte of a request to its last byte. */
  receiveMs: 30_000,
  /**
   * The longest time from a request to the first byte of its answer. The time for which the request
   * itself asks to wait is added.
   */
  answerMs: 90_000,
  /** After how many seconds a refused request may be sent again. */
  retryAfterSeconds: 5,
  procedures: 20,
  /** What a request may send without a session or token, and to sign in or join a host. */
  anonymousBytes: 16 * 1024,
  /** The levels of a JSON body: those of a job, and those around it. */
  bodyLevels: 110,
  /** How many values a JSON body may have beside those of a job. */
  moreValues: 1000,
  /** How many bytes may wait in this process for one WebSocket that does not read them. */
  unreadBytes: 4 * MB,
  /** How many messages one WebSocket may send in ten seconds. */
  messages: 1000,
} as const;

export type Limits = {
  /** How large a request may be, and a message of a WebSocket. */
  readonly bodyBytes: number;
  /** How many values a submitted job may have. */
  readonly jobValues: number;
  /**
   * Requests of one IP address in a minute, without those of the health routes. 0 means no limit.
   */
  readonly requestsPerMinute: number;
  /**
   * Open connections of every kind. A connection above the limit is closed at once. 0: no limit.
   */
  readonly connections: number;
  readonly socketsPerAddress: number;
  /** Live streams of one user or token, over all their WebSockets. */
  readonly streamsPerActor: number;
  /** While the event loop is late by more than this, requests are refused. 0 means never. */
  readonly maxDelayMs: number;
};

const { shape } = apiSettings;
export const DEFAULT_LIMITS: Limits = {
  bodyBytes: shape.RENDERDECK_MAX_BODY_MB.parse(undefined) * MB,
  jobValues: shape.RENDERDECK_MAX_JOB_VALUES.parse(undefined),
  requestsPerMinute: shape.RENDERDECK_REQUESTS_PER_MINUTE.parse(undefined),
  connections: shape.RENDERDECK_MAX_CONNECTIONS.parse(undefined),
  socketsPerAddress: shape.RENDERDECK_MAX_SOCKETS_PER_ADDRESS.parse(undefined),
  streamsPerActor: shape.RENDERDECK_MAX_STREAMS_PER_USER.parse(undefined),
  maxDelayMs: shape.RENDERDECK_MAX_DELAY_MS.parse(undefined),
};

/**
 * Counts the live streams of each user and token, over all their WebSockets. The returned function
 * opens one stream and returns the function that ends it. It refuses a stream above the limit.
 */
export function limitStreams(max: number): (actor: Actor) => () => void {
  const open = new Map<string, number>();
  return (actor) => {
    const who = 'id' in actor ? `${actor.kind} ${actor.id}` : `${actor.kind} ${actor.name}`;
    const count = open.get(who) ?? 0;
    if (count >= max)
      throw refuse(
        'too_many_requests',
        `${nameActor(actor)} has ${max} live streams open; close some.`,
      );
    open.set(who, count + 1);
    return () => {
      const left = (open.get(who) ?? 1) - 1;
      if (left > 0) open.set(who, left);
      else open.delete(who);
    };
  };
}
