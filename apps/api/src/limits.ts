import { nameActor, refuse } from '@renderdeck/contract';
import type { Actor } from '@renderdeck/contract/router';
import { apiSettings } from '@renderdeck/settings';

/**
 * How much one caller may take. These limits are fixed; those of `Limits` can be set. They leave
 * room for a person who works fast and for a program that submits a hundred jobs a second.
 */
export const FIXED = {
  bodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 8 * 1024,
  /** From the first byte of a request to its last. */
  receiveMs: 30_000,
  /** From a request to the start of its answer, besides the time that its input may ask for. */
  answerMs: 90_000,
  /** When a request that is refused as too much, or not now, may come again. */
  retryAfterSeconds: 5,
  procedures: 20,
  /** Unread bytes that a WebSocket may leave in this process. */
  unreadBytes: 4 * 1024 * 1024,
  /** Messages of a WebSocket in ten seconds. */
  messages: 1000,
} as const;

export type Limits = {
  /** Requests of one address in a minute, except health; 0: no limit. */
  readonly requestsPerMinute: number;
  /** Connections of every kind together; one too many is closed at once. 0: no limit. */
  readonly connections: number;
  readonly socketsPerAddress: number;
  /** Live streams of one user or token, over all its sockets. */
  readonly streamsPerActor: number;
  /** Requests are refused while the event loop is later than this; 0: never. */
  readonly maxDelayMs: number;
};

const { shape } = apiSettings;
export const DEFAULT_LIMITS: Limits = {
  requestsPerMinute: shape.RENDERDECK_REQUESTS_PER_MINUTE.parse(undefined),
  connections: shape.RENDERDECK_MAX_CONNECTIONS.parse(undefined),
  socketsPerAddress: shape.RENDERDECK_MAX_SOCKETS_PER_ADDRESS.parse(undefined),
  streamsPerActor: shape.RENDERDECK_MAX_STREAMS_PER_USER.parse(undefined),
  maxDelayMs: shape.RENDERDECK_MAX_DELAY_MS.parse(undefined),
};

/**
 * Counts the live streams of each user and token, over all their sockets. The returned function
 * takes one stream and returns the function that releases it. It refuses one stream too many.
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
