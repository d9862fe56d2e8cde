import { apiSettings } from '@renderdeck/settings';

/**
 * How much one caller may take. These are fixed; those of Limits can be set. People who work fast
 * on the page meet none of them, nor do programs that submit a hundred jobs a second.
 */
export const FIXED = {
  bodyBytes: 1024 * 1024,
  headerBytes: 16 * 1024,
  urlBytes: 8 * 1024,
  /** From the first byte of a request to its last. */
  receiveMs: 30_000,
  /** From a whole request to its answer; a cancel may wait for a minute. */
  answerMs: 90_000,
  procedures: 20,
  /** Unread bytes that a WebSocket may leave in this process. */
  unreadBytes: 4 * 1024 * 1024,
  /** Messages of a WebSocket in ten seconds. */
  messages: 1000,
} as const;

export type Limits = {
  /** Of one address in a minute, everything but health; 0: no limit. */
  readonly requestsPerMinute: number;
  /** In all, of any kind; one too many is closed at once. 0: no limit. */
  readonly connections: number;
  readonly socketsPerAddress: number;
  /** Live streams of one user or token, over all its sockets. */
  readonly streamsPerActor: number;
  /** While answers wait longer than this for the processor, requests are shed; 0: never. */
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
