/** The SQLSTATE behind an error, wherever drizzle put it; null where it is none of the database's. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return sqlState(error.cause);
}
