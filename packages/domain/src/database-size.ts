/** The connections that one API opens at most, by what they are for. */
export const API_CONNECTIONS = { listen: 1, statements: 4, reads: 2, background: 1 } as const;

/** What PostgreSQL allows and what the farm uses, as an API reads it. */
export type DatabaseSize = {
  /** The setting max_connections, and how many of them PostgreSQL keeps for its operators. */
  readonly maxConnections: number;
  readonly reservedConnections: number;
  /** The connections of all programs to all databases of the server. */
  readonly openConnections: number;
  /** The APIs of this farm that listen, and the connections that they have open. */
  readonly apis: number;
  readonly apiConnections: number;
  /** The hosts whose statements do not share connections, and how many of them render. */
  readonly directHosts: number;
  readonly renderingHosts: number;
  /** The share of the notification queue that is full, from 0 to 1. */
  readonly notificationQueue: number;
};

/** So many connections are open when every host renders and every API is busy. */
export function neededConnections(size: DatabaseSize): number {
  const { openConnections, apis, apiConnections, directHosts, renderingHosts } = size;
  const ofOneApi = Object.values(API_CONNECTIONS).reduce((sum, count) => sum + count, 0);
  return (
    openConnections +
    Math.max(0, apis * ofOneApi - apiConnections) +
    Math.max(0, directHosts - renderingHosts)
  );
}
