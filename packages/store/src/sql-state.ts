/** The SQLSTATE of a change that the database refuses to a host's own login. */
export const HOST_LOGIN_REFUSED = 'RDHL1';

/** in_failed_sql_transaction: an earlier statement of the transaction has failed. */
export const ABORTED = '25P02';

/**
 * The SQLSTATE of an error or of its cause, because drizzle wraps errors; null if there is none.
 */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return sqlState(error.cause);
}

/**
 * Whether an attempt was not added because an attempt with its id exists, which this login may not
 * see.
 */
export function isAttemptKnown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const name: unknown = Reflect.get(error, 'constraint_name');
  return name === 'attempts_pkey' || isAttemptKnown(error.cause);
}

/**
 * Whether a statement failed because of its values (data_exception,
 * integrity_constraint_violation). Its transaction has changed nothing, and it would fail again.
 */
export function isRefusedValue(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '');
}
