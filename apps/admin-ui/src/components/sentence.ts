import { visibleText } from '@renderdeck/contract';

/** A letter that is written from right to left, in any script. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const [OPEN, CLOSE] = ['\u2068', '\u2069'];
const ISOLATED = new RegExp(`${OPEN}([^${OPEN}${CLOSE}]*)${CLOSE}`, 'u');

/**
 * A name that somebody else chose, within a sentence: one line. With right-to-left letters it would
 * move the words beside it, so it gets a direction of its own. `visibleSentence` shows the
 * sentence.
 */
export function named(name: string): string {
  const line = name.replace(/\s+/g, ' ');
  return RIGHT_TO_LEFT.test(line) ? `${OPEN}${visibleText(line)}${CLOSE}` : line;
}

/** A sentence with control characters written out, except those of `named`. */
export function visibleSentence(sentence: string): string {
  // Every other part is the inside of an isolated name.
  return sentence
    .split(ISOLATED)
    .map((part, index) => (index % 2 === 0 ? visibleText(part) : isolate(part)))
    .join('');
}

function isolate(part: string): string {
  return RIGHT_TO_LEFT.test(part)
    ? `${OPEN}${visibleText(part)}${CLOSE}`
    : visibleText(`${OPEN}${part}${CLOSE}`);
}
