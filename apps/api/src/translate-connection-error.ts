import { refuse } from '@renderdeck/contract';
import type { TRPCError } from '@trpc/server';
import { z } from 'zod';

/** A state of the database that neither the request nor this program caused. */
type Condition = {
  /** Error codes of the driver and the operating system, and SQLSTATEs of PostgreSQL. */
  readonly codes: RegExp;
  /** The sentence for the client. Without it, the client gets the sentence of the error code. */
  readonly sentence?: string;
  readonly retryAfterSeconds: number;
  /**
   * True if a write that failed with this error changed nothing: the write was not sent, or
   * PostgreSQL rolled it back.
   */
  readonly nothingDone: boolean;
};

const wholeCode = (...codes: string[]) => new RegExp(`^(${codes.join('|')})$`);

/** The first match counts. Any other code is a bug in this program and becomes `internal`. */
const CONDITIONS: readonly Condition[] = [
  {
    // The database is unreachable, starts, is full, or is a standby that nobody has promoted yet.
    codes: wholeCode(
      'CONNECTION_ENDED|CONNECT_TIMEOUT|ECONNREFUSED|ENOTFOUND',
      '0800[14]|25006|53300|55000|57P03',
    ),
    retryAfterSeconds: 5,
    nothingDone: true,
  },
  {
    // The connection may have ended after the COMMIT and before the answer to it.
    codes: wholeCode(
      'CONNECTION_\\w+|ECONN\\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH',
      '08\\w{3}|57P0[1245]',
    ),
    retryAfterSeconds: 5,
    nothingDone: false,
  },
  {
    // A statement waited for a lock for the longest time allowed (MOST_WAIT_MS in operations).
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
 * Returns `unavailable` if the error is a condition of the database. Returns `outcome_unknown` if a
 * write had begun (`hasBegun`) and may have been committed. Returns any other error unchanged.
 */
export function translateConnectionError(error: unknown, hasBegun = false): unknown {
  const condition = findCondition(error);
  if (condition === null) return error;
  const { sentence, retryAfterSeconds, nothingDone } = condition;
  return hasBegun && !nothingDone
    ? outcomeUnknown()
    : refuse('unavailable', sentence, { retryAfterSeconds });
}

/** The error for a change that was made, or may have been made, but has no answer. */
function outcomeUnknown(): TRPCError {
  return refuse('outcome_unknown', undefined, { retryAfterSeconds: RETRY_AFTER_S });
}

/** True if the error is a condition of the database and not a bug in this program. */
export function isDatabaseCondition(error: unknown): boolean {
  return findCondition(error) !== null;
}

/** Finds the condition by the code of the error, or by the code of its cause. */
function findCondition(error: unknown): Condition | null {
  const { data } = failure.safeParse(error);
  if (data === undefined) return null;
  const { code, cause } = data;
  const found =
    typeof code === 'string' ? CONDITIONS.find(({ codes }) => codes.test(code)) : undefined;
  return found ?? findCondition(cause);
}

/**
 * Reads what a change has made. If the database is away by then, it refuses with `outcome_unknown`
 * and never with `unavailable`: after `unavailable` a client would make the change a second time.
 */
export async function readAfterChange<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw isDatabaseCondition(error) ? outcomeUnknown() : error;
  }
}
