/** The system's short word for an error (`EBUSY`), or the error's own text where it has none. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

/** For `catch`: null when the path is not there; any other error goes on. */
export function missingIsNull(cause: unknown): null {
  if (codeOf(cause) === 'ENOENT') return null;
  throw cause;
}
