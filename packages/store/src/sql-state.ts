/** The SQLSTATE of a change that the database refuses to a host's own login. */
export const HOST_LOGIN_REFUSED = 'RDHL1';

/** The SQLSTATE of an error or of its cause, because drizzle wraps errors; null without one. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return sqlState(error.cause);
}
