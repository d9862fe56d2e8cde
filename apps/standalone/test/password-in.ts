/** The password of the first admin in the output of a start. Null if the start shows none. */
export function passwordIn(output: string): string | null {
  return /Password +(\S+)/.exec(output)?.[1] ?? null;
}
