import { type DatabaseSize, neededConnections } from '@renderdeck/domain';

/** Above this share, the queue is not full for a moment: something keeps it full. */
const FULL_FROM = 0.1;
/** The advice leaves room for hosts and programs that come later. */
const ROOM = 1.25;

/** The size of the farm in one line, and what its operator must change, in sentences. */
export function describeSize(size: DatabaseSize): { line: string; warnings: readonly string[] } {
  const { maxConnections, reservedConnections, openConnections, notificationQueue } = size;
  const most = maxConnections - reservedConnections;
  const needed = neededConnections(size);
  const percent = Math.round(notificationQueue * 100);
  return {
    line:
      `PostgreSQL: ${openConnections} of ${most} connections open, ${needed} when all hosts ` +
      `render; ${count(size.apis, 'server')}, ${count(size.directHosts, 'host')} with ` +
      `connections of their own; notification queue ${percent} % full`,
    warnings: [
      ...(needed > most
        ? [
            `PostgreSQL has ${most} connections for programs (max_connections ${maxConnections}, ` +
              `less ${reservedConnections} for its operators). ${openConnections} are open, and ` +
              `${needed} are needed when all hosts render. Set max_connections to ` +
              `${Math.ceil(((needed + reservedConnections) * ROOM) / 10) * 10} and restart ` +
              'PostgreSQL, or let hosts share connections: PgBouncer and RENDERDECK_LISTEN=off.',
          ]
        : []),
      ...(notificationQueue >= FULL_FROM
        ? [
            `The notification queue of PostgreSQL is ${percent} % full: a connection that ` +
              'listens holds a transaction open. End that transaction, and set ' +
              'idle_in_transaction_session_timeout. When the queue is full, cancels and ' +
              'submissions fail.',
          ]
        : []),
    ],
  };
}

function count(of: number, what: string): string {
  return `${of} ${what}${of === 1 ? '' : 's'}`;
}
