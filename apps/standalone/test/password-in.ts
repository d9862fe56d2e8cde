/** The password of the first admin, as a start shows it; null where it shows none. */
export function passwordIn(output: string): string | null {
  return /Password +(\S+)/.exec(output)?.[1] ?? null;
}
