import { refuse } from '@renderdeck/contract';
import { z } from 'zod';

/**
 * Codes of a database that is not there, shuts down, starts, or takes no more connections. They are
 * the driver's, the system's and PostgreSQL's.
 */
const AWAY = new RegExp(
  `^(${[
    'CONNECTION_\\w+|CONNECT_TIMEOUT',
    'ECONN\\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH',
    '08\\w{3}|53300|55000|57P0[1-3]',
  ].join('|')})$`,
);
const RETRY_AFTER_S = 5;
const failure = z.object({ code: z.unknown().optional(), cause: z.unknown().optional() });

/** Gives `unavailable` where an error means that the database is away, otherwise the error. */
export function translateConnectionError(error: unknown): unknown {
  return isAway(error)
    ? refuse('unavailable', undefined, { retryAfterSeconds: RETRY_AFTER_S })
    : error;
}

function isAway(error: unknown): boolean {
  const { data } = failure.safeParse(error);
  return (
    data !== undefined &&
    ((typeof data.code === 'string' && AWAY.test(data.code)) || isAway(data.cause))
  );
}
