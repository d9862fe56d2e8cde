/**
 * Characters that a terminal or a page obeys and does not show: controls, and those that turn the
 * direction of a text or take no place. A tab, the end of a line and the joiners of scripts and of
 * emoji (U+200C, U+200D) are none of them.
 */
const UNSEEN = new RegExp(
  [
    String.raw`(?![\t\n])\p{Cc}|[\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{feff}]`,
    String.raw`[\u{2028}-\u{202e}\u{2060}-\u{206f}\u{fff9}-\u{fffb}]`,
  ].join('|'),
  'gu',
);

/**
 * The text with such characters written out, as `\x1b` and `\u202e`: it can be shown to people and
 * moves no other text.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, writeCode);
}

/** The same on one line: a tab and the end of a line are written out, too. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/[\t\n]/g, (code) => (code === '\t' ? '\\t' : '\\n'));
}

/** JSON for a terminal: the same values, and what JSON does not escape itself is escaped. */
export function visibleJson(json: string): string {
  return json.replace(UNSEEN, (code) => `\\u${hex(code, 4)}`);
}

function writeCode(code: string): string {
  if (code === '\r') return '\\r';
  return code < '\u0100' ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
}

function hex(code: string, length: number): string {
  return code.charCodeAt(0).toString(16).padStart(length, '0');
}
