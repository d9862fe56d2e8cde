const ERROR = /\berror\b|\bfailed\b|\bfailure\b|\bfatal\b|exception|✖/i;

/** The numbers of the lines that have this text, in upper or lower case; none for an empty text. */
export function findLines(lines: readonly string[], text: string): readonly number[] {
  if (text === '') return [];
  const wanted = text.toLowerCase();
  return lines.flatMap((line, index) => (line.toLowerCase().includes(wanted) ? [index] : []));
}

/** The next line with an error, after `from` or else from the top; null if there is none. */
export function nextError(lines: readonly string[], from: number): number | null {
  const after = lines.findIndex((line, index) => index > from && ERROR.test(line));
  const found = after >= 0 ? after : lines.findIndex((line) => ERROR.test(line));
  return found < 0 ? null : found;
}
