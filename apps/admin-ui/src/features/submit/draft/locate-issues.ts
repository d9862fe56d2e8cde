/** Finds the lines of what is wrong in the JSON text of a job. Loaded when something is wrong. */
import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import type { Issue } from './check-draft.ts';

/** A place in the text: lines and columns begin with 1. */
export type Place = {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
};
export type LocatedIssue = Issue & { readonly place: Place | null };

/** More would hide the first one: an error in the text leads to others. */
const MOST_SYNTAX_ERRORS = 20;
const STRICT = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidNumberFormat: 'This is no number.',
  PropertyNameExpected: 'A name in quotes is missing here.',
  ValueExpected: 'A value is missing here.',
  ColonExpected: 'A colon is missing here.',
  CommaExpected: 'A comma is missing here.',
  CloseBraceExpected: 'A } is missing here.',
  CloseBracketExpected: 'A ] is missing here.',
  EndOfFileExpected: 'The JSON ends before this.',
  InvalidCommentToken: 'JSON has no comments.',
  UnexpectedEndOfString: 'The quote that ends this text is missing.',
  UnexpectedEndOfNumber: 'This number is not complete.',
  InvalidUnicode: 'Four hexadecimal digits are missing behind \\u.',
  InvalidEscapeCharacter: 'JSON has no such character behind \\.',
  InvalidCharacter: 'A text may not hold this character; escape it.',
};

/**
 * Gives each issue its place. A text that is not JSON has one issue for each error of its syntax in
 * place of the one for the whole text.
 */
export function locateIssues(text: string, issues: readonly Issue[]): readonly LocatedIssue[] {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, STRICT);
  const lines = lineStarts(text);
  const placeOf = (offset: number, length: number): Place => {
    const line = lineAt(lines, offset);
    return { line, column: offset - (lines[line - 1] ?? 0) + 1, offset, length };
  };
  const isSyntax = errors.length > 0;
  return issues.flatMap((issue): readonly LocatedIssue[] => {
    if (issue.field === 'json' && isSyntax)
      return firstAtEach(errors).map(({ error, offset, length }) => ({
        field: 'json',
        message: SYNTAX[printParseErrorCode(error)] ?? 'This is no value of JSON.',
        place: placeOf(offset, length),
      }));
    if (issue.field === 'json') return [{ ...issue, place: null }];
    const node = root === undefined ? undefined : nodeAt(root, issue.field);
    return [{ ...issue, place: node === undefined ? null : placeOf(node.offset, node.length) }];
  });
}

/** Of several errors at one place the first says what is missing. */
function firstAtEach(errors: readonly ParseError[]): readonly ParseError[] {
  return errors
    .filter(({ offset }, at) => offset !== errors[at - 1]?.offset)
    .slice(0, MOST_SYNTAX_ERRORS);
}

/** The value at a field, else the nearest value around it that there is. */
function nodeAt(root: Node, field: string): Node | undefined {
  const path: (string | number)[] = [];
  let found: Node | undefined;
  for (const step of field.split('.')) {
    const around = path.length === 0 ? root : findNodeAtLocation(root, path);
    path.push(around?.type === 'array' ? Number(step) : step);
    const next = findNodeAtLocation(root, path);
    if (next === undefined) break;
    found = next;
  }
  // The name of a field is a better place than the whole of a long object.
  const isLong = found?.type === 'object' && found.parent?.type === 'property';
  return isLong ? found?.parent?.children?.[0] : found;
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The number of the line of an offset, by halving. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
