export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The text of the first cause: drizzle puts its own error, with the whole statement, around it. */
export function causeMessage(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error
    ? causeMessage(error.cause)
    : errorMessage(error);
}
