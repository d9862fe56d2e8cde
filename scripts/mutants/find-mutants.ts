/** Finds places of a source file where a small fault can be put in, and writes the file with it. */
import type { Random } from '@renderdeck/testing/random';
import ts from 'typescript';

/** A fault that can be switched on: `text` in the place of the original from `start` to `end`. */
export type Mutant = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly original: string;
  readonly text: string;
  readonly isStatement: boolean;
};

const { SyntaxKind } = ts;
const TURNED = new Map<ts.SyntaxKind, string>([
  [SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [SyntaxKind.LessThanToken, '<='],
  [SyntaxKind.LessThanEqualsToken, '<'],
  [SyntaxKind.GreaterThanToken, '>='],
  [SyntaxKind.GreaterThanEqualsToken, '>'],
  [SyntaxKind.AmpersandAmpersandToken, '||'],
  [SyntaxKind.BarBarToken, '&&'],
]);

/** Changes of a statement of SQL. Each one changes the first place that it finds. */
const SQL_CHANGES: readonly (readonly [RegExp, string])[] = [
  [/ <= /, ' < '],
  [/ >= /, ' > '],
  [/ < /, ' <= '],
  [/ > /, ' >= '],
  [/(?<!\bbetween\s+\S+)(\n\s*| )and /, '$1or '],
  [/(\n\s*| )or /, '$1and '],
  [/ is null\b/, ' is not null'],
  [/ is not null\b/, ' is null'],
  [/(\n\s*| )for (no key )?update( skip locked)?/, ''],
  [/\bnot (?=exists|\()/, ''],
  [/(?<=(where|and|on|or) [\w.]+) = /, ' <> '],
];

/** Finds the mutants of a file that lie within a function: code of a module's start runs once. */
export function findMutants(file: string, source: string): Mutant[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (node: ts.Node, text: string, isStatement = false) => {
    const [start, end] = [node.getStart(tree), node.getEnd()];
    const line = tree.getLineAndCharacterOfPosition(start).line + 1;
    found.push({ file, start, end, line, original: source.slice(start, end), text, isStatement });
  };
  const visit = (node: ts.Node, isInFunction: boolean): void => {
    if (ts.isTypeNode(node) || ts.isEnumDeclaration(node)) return;
    if (isInFunction) for (const text of changesOf(node, tree)) add(node, text);
    if (isInFunction && isCallOrAssignment(node)) add(node, '', true);
    const isFunction = ts.isFunctionLike(node);
    ts.forEachChild(node, (child) => visit(child, isInFunction || isFunction));
  };
  visit(tree, false);
  return found;
}

function* changesOf(node: ts.Node, tree: ts.SourceFile): Generator<string> {
  if (ts.isBinaryExpression(node)) {
    const turned = TURNED.get(node.operatorToken.kind);
    if (turned !== undefined)
      yield `(${node.left.getText(tree)}) ${turned} (${node.right.getText(tree)})`;
  }
  if (isCondition(node)) yield `!(${node.getText(tree)})`;
  if (ts.isNumericLiteral(node) && !isName(node))
    yield `${Number(node.text.replaceAll('_', '')) + 1}`;
  if (node.kind === SyntaxKind.TrueKeyword) yield 'false';
  if (node.kind === SyntaxKind.FalseKeyword) yield 'true';
  if (!ts.isTaggedTemplateExpression(node) || node.tag.getText(tree) !== 'sql') return;
  const text = node.getText(tree);
  for (const [from, to] of SQL_CHANGES) if (from.test(text)) yield text.replace(from, to);
}

function isCondition(node: ts.Node): node is ts.Expression {
  const { parent } = node;
  if (ts.isIfStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}

function isCallOrAssignment(node: ts.Node): boolean {
  if (!ts.isExpressionStatement(node)) return false;
  const { expression } = node;
  if (ts.isCallExpression(expression))
    return expression.expression.kind !== SyntaxKind.SuperKeyword;
  return !ts.isStringLiteral(expression);
}

const isName = ({ parent }: ts.NumericLiteral) =>
  ts.isPropertyAssignment(parent) && ts.isNumericLiteral(parent.name);

/**
 * Chooses `count` mutants. Each folder gets a share by the square root of its mutants. Two of the
 * choice never overlap.
 */
export function chooseMutants(
  all: readonly Mutant[],
  { count, folders, random }: { count: number; folders: readonly string[]; random: Random },
): Mutant[] {
  const groups = folders.map((folder) => all.filter(({ file }) => file.startsWith(folder)));
  const whole = groups.reduce((sum, { length }) => sum + Math.sqrt(length), 0);
  return groups.flatMap((group) => {
    const share = Math.round((count * Math.sqrt(group.length)) / whole);
    const chosen: Mutant[] = [];
    let left = group;
    while (chosen.length < share && left.length > 0) {
      const next = random.pick(left);
      chosen.push(next);
      left = left.filter((one) => !overlap(one, next));
    }
    return chosen;
  });
}

const overlap = (one: Mutant, other: Mutant) =>
  one.file === other.file && one.start < other.end && other.start < one.end;

/** The source with all of these mutants in it; `mutant(NUMBER)` of `switchFile` chooses one. */
export function withMutants(
  source: string,
  mutants: readonly (Mutant & { readonly number: number })[],
  switchFile: string,
): string {
  const changed = mutants
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, { start, end, number, original, text: mutated, isStatement }) => {
      const both = isStatement
        ? `{ if (!isMutant(${number})) ${original} }`
        : `(isMutant(${number}) ? (${mutated}) : (${original}))`;
      return text.slice(0, start) + both + text.slice(end);
    }, source);
  return `import { isMutant } from ${JSON.stringify(switchFile)}; ${changed}`;
}
