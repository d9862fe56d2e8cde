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
/** A statement waited for a lock as long as it may (operations' setPriority). */
const LOCK_TIMEOUT = /^55P03$/;
const LOCKED = {
  sentence: 'Another change of this job or of the queue takes long; try again shortly.',
  retryAfterSeconds: 1,
} as const;
const failure = z.object({ code: z.unknown().optional(), cause: z.unknown().optional() });

/**
 * Gives `unavailable` for an error that says that the database is away, or that a lock was not to
 * be had in time. Else the same error.
 */
export function translateConnectionError(error: unknown): unknown {
  if (hasCode(error, AWAY))
    return refuse('unavailable', undefined, { retryAfterSeconds: RETRY_AFTER_S });
  const { sentence, retryAfterSeconds } = LOCKED;
  return hasCode(error, LOCK_TIMEOUT)
    ? refuse('unavailable', sentence, { retryAfterSeconds })
    : error;
}

/** Whether the error has a code like this, or its cause. */
function hasCode(error: unknown, codes: RegExp): boolean {
  const { data } = failure.safeParse(error);
  return (
    data !== undefined &&
    ((typeof data.code === 'string' && codes.test(data.code)) || hasCode(data.cause, codes))
  );
}
