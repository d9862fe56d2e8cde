import { refuse } from '@renderdeck/contract';
import type { TRPCError } from '@trpc/server';
import { z } from 'zod';

/** A condition of the database, which is no fault of the request or of this program. */
type Condition = {
  /** Codes of the driver, of the system, and SQLSTATEs of PostgreSQL. */
  readonly codes: RegExp;
  /** What to tell; without it, that of the error code. */
  readonly sentence?: string;
  readonly retryAfterSeconds: number;
  /** A write that ended with it has done nothing: it was not sent, or PostgreSQL undid it. */
  readonly nothingDone: boolean;
};

const whole = (...codes: string[]) => new RegExp(`^(${codes.join('|')})$`);

/** The first one counts. Every other code is a fault of this program, and so `internal`. */
const CONDITIONS: readonly Condition[] = [
  {
    // It is unreachable, starts, is full, or is a standby that nobody has promoted yet.
    codes: whole(
      'CONNECTION_ENDED|CONNECT_TIMEOUT|ECONNREFUSED|ENOTFOUND',
      '0800[14]|25006|53300|55000|57P03',
    ),
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  {
    // The connection may have ended after a COMMIT and before its answer.
    codes: whole('CONNECTION_\\w+|ECONN\\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH', '08\\w{3}|57P0[1245]'),
    retryAfterSeconds: 5,
    nothingDone: false,
  },
  {
    // A statement waited for a lock as long as it may (operations' MOST_WAIT_MS).
    codes: /^55P03$/,
    sentence: 'Another change of the same job, host or queue takes long; try again shortly.',
    retryAfterSeconds: 1,
    nothingDone: true,
  },
  {
    codes: /^57014$/,
    sentence:
      'The database ended the statement: it took longer than statement_timeout allows, or an ' +
      'administrator cancelled it. Try again shortly.',
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  {
    codes: /^(40001|40P01|25P0[34])$/,
    sentence: 'The database ended the change, because of others at the same time; try again.',
    retryAfterSeconds: 1,
    nothingDone: true,
  },
  {
    codes: /^(53\w{3}|58\w{3})$/,
    sentence: 'The database lacks disk space or memory, or its disk fails; see its log.',
    retryAfterSeconds: 30,
    nothingDone: true,
  },
];

const RETRY_AFTER_S = 5;
const failure = z.object({ code: z.unknown().optional(), cause: z.unknown().optional() });

/**
 * Gives `unavailable` for an error that is a condition of the database. Gives `outcome_unknown`
 * where a write had begun (`hasBegun`) and may be done all the same. Else the same error.
 */
export function translateConnectionError(error: unknown, hasBegun = false): unknown {
  const condition = findCondition(error);
  if (condition === null) return error;
  const { sentence, retryAfterSeconds, nothingDone } = condition;
  return hasBegun && !nothingDone
    ? outcomeUnknown()
    : refuse('unavailable', sentence, { retryAfterSeconds });
}

/** The error of a change that is done, or may be, and has no answer. */
function outcomeUnknown(): TRPCError {
  return refuse('outcome_unknown', undefined, { retryAfterSeconds: RETRY_AFTER_S });
}

/** Whether the error is a condition of the database, and none of this program. */
export function isDatabaseCondition(error: unknown): boolean {
  return findCondition(error) !== null;
}

/** By the code of the error, or of its cause. */
function findCondition(error: unknown): Condition | null {
  const { data } = failure.safeParse(error);
  if (data === undefined) return null;
  const { code, cause } = data;
  const found =
    typeof code === 'string' ? CONDITIONS.find(({ codes }) => codes.test(code)) : undefined;
  return found ?? findCondition(cause);
}

/**
 * Reads what a change has made. Where the database is away by then, it refuses as
 * `outcome_unknown`, never as `unavailable`: a client that tries again would do it twice.
 */
export async function readAfterChange<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw isDatabaseCondition(error) ? outcomeUnknown() : error;
  }
}
