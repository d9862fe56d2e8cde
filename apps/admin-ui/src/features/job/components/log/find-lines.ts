import type { LogLine } from './log-line.ts';

/** The numbers of the lines that have this text, in upper or lower case; none for an empty text. */
export function findLines(lines: readonly LogLine[], wanted: string): readonly number[] {
  if (wanted === '') return [];
  const small = wanted.toLowerCase();
  return lines.flatMap(({ text }, index) => (text.toLowerCase().includes(small) ? [index] : []));
}

/** The numbers of the lines with an error. */
export function errorLines(lines: readonly LogLine[]): readonly number[] {
  return lines.flatMap(({ kind }, index) => (kind === 'error' ? [index] : []));
}

/** Of these numbers the next one after `from`, or the one before it; around the end. */
export function stepFrom(numbers: readonly number[], from: number | null, by: 1 | -1) {
  const next =
    by === 1
      ? numbers.find((line) => line > (from ?? -1))
      : numbers.findLast((line) => line < (from ?? Number.MAX_SAFE_INTEGER));
  return next ?? (by === 1 ? numbers[0] : numbers.at(-1));
}

/** Sentences of Renderdeck begin so, before the words of the line that they repeat. */
const BEGINNING = /^After Effects reported an error: /;

/** The line that says why the attempt failed: the one with these words, else its last error. */
export function failureLine(lines: readonly LogLine[], failure: string): number | null {
  const words = failure.replace(BEGINNING, '').replace(/[.]$/, '');
  const named = lines.findIndex(({ kind, text }) => kind === 'error' && text.includes(words));
  const found = named < 0 ? lines.findLastIndex(({ kind }) => kind === 'error') : named;
  return found < 0 ? null : found;
}

/** A text in parts; `isMatch` parts are the text that was searched. */
export function splitMatches(text: string, wanted: string) {
  const parts: { readonly text: string; readonly isMatch: boolean }[] = [];
  const [all, small] = [text.toLowerCase(), wanted.toLowerCase()];
  // Where small letters have another length, no place in the text is known.
  if (small === '' || all.length !== text.length) return [{ text, isMatch: false }];
  for (let from = 0; from < text.length; ) {
    const at = all.indexOf(small, from);
    const end = at < 0 ? text.length : at;
    if (end > from) parts.push({ text: text.slice(from, end), isMatch: false });
    if (at < 0) break;
    from = at + small.length;
    parts.push({ text: text.slice(at, from), isMatch: true });
  }
  return parts;
}
