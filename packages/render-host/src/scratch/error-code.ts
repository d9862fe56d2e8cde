/** The system's code of an error (`EBUSY`), or the error's text if it has no code. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

/** For `catch`: null when the path does not exist; throws any other error again. */
export function missingIsNull(cause: unknown): null {
  if (codeOf(cause) === 'ENOENT') return null;
  throw cause;
}
