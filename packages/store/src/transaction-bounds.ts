import type { PgTransactionConfig } from 'drizzle-orm/pg-core';

/**
 * How long a transaction may be idle: much shorter than a lease, much longer than our work needs.
 */
const MOST_IDLE_MS = 10_000;
/** A transaction that may wait for locks may last this much longer than one wait. */
const MOST_WORK_MS = 10_000;
/**
 * How long any other transaction that may change something may last. Those of Renderdeck take
 * seconds.
 */
const MOST_WHOLE_MS = 120_000;

/** Bounds that PostgreSQL enforces, even if the program that began the transaction is gone. */
export type TransactionBounds = {
  /** How long the transaction may be idle before PostgreSQL ends its session. */
  readonly mostIdleMs?: number | undefined;
  /**
   * How long a statement waits for a lock before it fails (55P03). The whole transaction may last
   * 10 s longer.
   */
  readonly mostWaitMs?: number | undefined;
  /**
   * How long the whole transaction may last if `mostWaitMs` is not set, from PostgreSQL 17 on; 120
   * s by default.
   */
  readonly mostWholeMs?: number | undefined;
};
/** A transaction inside another one has the bounds of the outer one. */
export type TransactionConfig = PgTransactionConfig & TransactionBounds;

/**
 * The statements that set the bounds of a transaction. They are sent with its first statement, and
 * a pooler passes them on. A session that waits for the values of a statement does not count as
 * idle, so there is also a bound for the whole transaction. A transaction that only reads holds no
 * locks and may take long. `serverVersion` is empty before the first connection. Decisions 0061 and
 * 0078.
 */
export function setBounds(
  { mostIdleMs = MOST_IDLE_MS, mostWaitMs, mostWholeMs = MOST_WHOLE_MS }: TransactionBounds,
  serverVersion: string,
  isReadOnly = false,
): string {
  const idle = `set local idle_in_transaction_session_timeout = ${mostIdleMs}`;
  const wait = mostWaitMs === undefined ? '' : `; set local lock_timeout = ${mostWaitMs}`;
  const wholeMs = mostWaitMs === undefined ? mostWholeMs : mostWaitMs + MOST_WORK_MS;
  return `${idle}${wait}${isReadOnly ? '' : setWhole(wholeMs, serverVersion)}`;
}

/** Servers before version 17 refuse this setting, because they do not know it. */
function setWhole(ms: number, serverVersion: string): string {
  if (serverVersion === '')
    return `; select case when current_setting('server_version_num')::int >= 170000
      then set_config('transaction_timeout', '${ms}', true) end`;
  return Number.parseInt(serverVersion, 10) < 17 ? '' : `; set local transaction_timeout = ${ms}`;
}
