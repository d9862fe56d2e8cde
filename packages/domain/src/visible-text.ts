/**
 * Characters that a terminal or a page obeys and does not show: control characters, and those that
 * change the direction of a text or have no width. A tab, the end of a line, and the joiners of
 * scripts and emoji (U+200C, U+200D) are not among them.
 */
const UNSEEN = new RegExp(
  [
    String.raw`(?![\t\n])\p{Cc}|[\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{feff}]`,
    String.raw`[\u{2028}-\u{202e}\u{2060}-\u{206f}\u{fff9}-\u{fffb}]`,
  ].join('|'),
  'gu',
);

/**
 * The text with such characters written out, for example `\x1b` and `\u202e`. It is safe to show
 * and does not move other text.
 */
export function visibleText(text: string): string {
  return text.replace(UNSEEN, writeCode);
}

/**
 * The text with such characters written out, and also tabs and ends of lines, so it is one line.
 */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/[\t\n]/g, (code) => (code === '\t' ? '\\t' : '\\n'));
}

/**
 * JSON for a terminal: the same values, but such characters are escaped too if JSON does not escape
 * them.
 */
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
