/**
 * How a failure becomes its reason: what differs from job to job is replaced by `…` or `#`. Each
 * pattern means the same to JavaScript and to PostgreSQL, because the database has a function that
 * is written from this table, for an index.
 */
export const REASON_RULES: readonly { readonly pattern: string; readonly with: string }[] = [
  { pattern: '[ \\t\\r\\n]+', with: ' ' },
  // Quoted names and paths. An apostrophe within a word begins no quote.
  { pattern: '"[^"]*"', with: '"…"' },
  { pattern: '“[^”]*”', with: '"…"' },
  { pattern: "(^|[^A-Za-z0-9])'[^']*'", with: '\\1"…"' },
  // A path or an address in parentheses, which may have spaces.
  { pattern: '[(][^()]*[/\\\\][^()]*[)]', with: '(…)' },
  // A word with a slash or a backslash: a path or an address.
  { pattern: '[^ "()]*[/\\\\][^ "()]*', with: '…' },
  // A file name.
  { pattern: '[^ "()…]+[.][A-Za-z][A-Za-z0-9]{1,4}([^A-Za-z0-9]|$)', with: '…\\1' },
  // A word with a digit: a number, an id, the name of a host.
  { pattern: '[A-Za-z_]*[0-9][A-Za-z0-9_.-]*[A-Za-z0-9_]|[0-9]', with: '#' },
  { pattern: '[A-Za-z]+-#', with: '#' },
  { pattern: '…( …)+', with: '…' },
];

/** A reason has at most this many characters. */
export const MOST_OF_REASON = 300;
/** This many characters of a failure decide. */
export const MOST_OF_FAILURE = 2000;

/** The reason of a failure. Failures that differ only in names, paths and numbers have the same. */
export function failureReason(failure: string): string {
  const start = Array.from(failure).slice(0, MOST_OF_FAILURE).join('');
  const reason = REASON_RULES.reduce(
    (text, { pattern, with: by }) =>
      text.replace(new RegExp(pattern, 'gu'), by.replace('\\1', '$1')),
    start,
  );
  return Array.from(reason).slice(0, MOST_OF_REASON).join('').replaceAll(/^ | $/g, '');
}
