/** Removes null characters and half surrogate pairs, which a database refuses to store. */
export function makeStorable(text: string): string {
  return text.replaceAll('\0', ' ').replace(/\p{Surrogate}/gu, '\uFFFD');
}
