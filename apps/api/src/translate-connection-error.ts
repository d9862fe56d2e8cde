import { refuse } from '@renderdeck/contract';
import type { TRPCError } from '@trpc/server';
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
/**
 * Those of them after which the statement has done nothing: it was not sent, or PostgreSQL refused
 * it. With any other the connection may have ended after a COMMIT and before its answer.
 */
const NOTHING_DONE = new RegExp(
  `^(${[
    'CONNECTION_ENDED|CONNECT_TIMEOUT',
    'ECONNREFUSED|ENOTFOUND',
    '0800[14]|25006|53300|55000|57P03',
  ].join('|')})$`,
);
const RETRY_AFTER_S = 5;
/** A statement waited for a lock as long as it may (operations' MOST_WAIT_MS). */
const LOCK_TIMEOUT = /^55P03$/;
const LOCKED = {
  sentence: 'Another change of the same job, host or queue takes long; try again shortly.',
  retryAfterSeconds: 1,
} as const;
const failure = z.object({ code: z.unknown().optional(), cause: z.unknown().optional() });

/**
 * Gives `unavailable` for an error that says that the database is away, or that a lock was not to
 * be had in time. Gives `outcome_unknown` where a write had begun (`hasBegun`) and may be done all
 * the same. Else the same error.
 */
export function translateConnectionError(error: unknown, hasBegun = false): unknown {
  if (isDatabaseAway(error))
    return hasBegun && !hasCode(error, NOTHING_DONE) ? outcomeUnknown() : away('unavailable');
  const { sentence, retryAfterSeconds } = LOCKED;
  return hasCode(error, LOCK_TIMEOUT)
    ? refuse('unavailable', sentence, { retryAfterSeconds })
    : error;
}

/** The error of a change that is done, or may be, and has no answer. */
export function outcomeUnknown(): TRPCError {
  return away('outcome_unknown');
}

function away(code: 'unavailable' | 'outcome_unknown'): TRPCError {
  return refuse(code, undefined, { retryAfterSeconds: RETRY_AFTER_S });
}

/** Whether the error says that the database is away. */
export function isDatabaseAway(error: unknown): boolean {
  return hasCode(error, AWAY);
}

/** Whether the error has a code like this, or its cause. */
function hasCode(error: unknown, codes: RegExp): boolean {
  const { data } = failure.safeParse(error);
  return (
    data !== undefined &&
    ((typeof data.code === 'string' && codes.test(data.code)) || hasCode(data.cause, codes))
  );
}
