import { refuse } from '@renderdeck/contract';
import { z } from 'zod';

/**
 * The codes of a database that is unreachable, shuts down, starts, is full, or is a standby that
 * nobody has promoted yet. They come from the driver, the system and PostgreSQL.
 */
const AWAY = new RegExp(
  `^(${[
    'CONNECTION_\\w+|CONNECT_TIMEOUT',
    'ECONN\\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH',
    '08\\w{3}|25006|53300|55000|57P0[1-3]',
  ].join('|')})$`,
);
const RETRY_AFTER_S = 5;
const failure = z.object({ code: z.unknown().optional(), cause: z.unknown().optional() });

/** Gives `unavailable` for an error that says that the database is away, else the same error. */
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
