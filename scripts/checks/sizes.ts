/**
 * Checks that files have at most 250 lines and functions at most 60.
 * A longer file or function must say why, in a comment at its head with `Long because: …`.
 * A function that is passed to `describe` does not count, but the callback of a test counts.
 */
import ts from 'typescript';
import { listTrackedFiles, readText } from '../tracked-files.ts';

const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 60;

const REASON = /Long because: \w/;

export async function checkSizes(): Promise<string[]> {
  const files = (await listTrackedFiles()).filter((file) => /[.](tsx?|mjs|cjs|js|css)$/.test(file));
  const found = files.map(async (file) => findLongParts(file, (await readText(file)) ?? ''));
  return (await Promise.all(found)).flat();
}

/** Returns the file if it is too long, and each of its functions that is too long. */
export function findLongParts(file: string, text: string): string[] {
  const lines = text.trimEnd().split('\n').length;
  const long =
    lines > MAX_FILE_LINES && !REASON.test(headOf(text)) ? [`${file} has ${lines} lines`] : [];
  return file.endsWith('.css') ? long : [...long, ...findLongFunctions(file, text)];
}

function findLongFunctions(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line + 1;
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !isPassedToDescribe(node)) {
      const first = lineOf(node.getStart());
      const lines = lineOf(node.getEnd()) - first + 1;
      if (lines > MAX_FUNCTION_LINES && !REASON.test(commentsAbove(node)))
        found.push(`${file}:${first} ${nameOf(node)} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Returns the comments before the first statement. */
function headOf(text: string): string {
  const comments = ts.getLeadingCommentRanges(text, 0) ?? [];
  return comments.map(({ pos, end }) => text.slice(pos, end)).join('\n');
}

/** Returns the comments above the statement or member that holds the function. */
function commentsAbove(node: ts.Node): string {
  let holder = node;
  while (!isCommentable(holder) && !ts.isSourceFile(holder.parent)) holder = holder.parent;
  const text = holder.getSourceFile().text;
  const comments = ts.getLeadingCommentRanges(text, holder.pos) ?? [];
  return comments.map(({ pos, end }) => text.slice(pos, end)).join('\n');
}

function isCommentable(node: ts.Node): boolean {
  return ts.isStatement(node) || ts.isClassElement(node) || ts.isObjectLiteralElement(node);
}

/** True if the call is `describe(…)`, `describe.each(…)(…)` or another form of it. */
function isPassedToDescribe(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && /^describe\b/.test(node.parent.expression.getText());
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent))
    return parent.name.getText();
  if (ts.isCallExpression(parent)) return `the callback of ${parent.expression.getText()}`;
  return 'a function';
}
