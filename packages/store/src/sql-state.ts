/** The SQLSTATE of a change that the database refuses to a host's own login. */
export const HOST_LOGIN_REFUSED = 'RDHL1';

/** in_failed_sql_transaction: an earlier statement of the transaction has failed. */
export const ABORTED = '25P02';

/** The SQLSTATE of an error or of its cause, because drizzle wraps errors; null without one. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return sqlState(error.cause);
}

/** Whether an attempt was not added because there is one with its id, which may be hidden. */
export function isAttemptKnown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const name: unknown = Reflect.get(error, 'constraint_name');
  return name === 'attempts_pkey' || isAttemptKnown(error.cause);
}

/**
 * Whether a statement failed for its values (data_exception, integrity_constraint_violation), so
 * that its transaction has changed nothing, and would fail again.
 */
export function isRefusedValue(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '');
}
