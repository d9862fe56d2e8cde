/**
 * Checks that the source uses only what libraries publish. The check finds:
 *
 * - a field whose name begins with `_`, of a value or a type, read as `x._f`, `x['_f']` or by
 *   destructuring;
 * - an import of a file below the lib, dist or src folder of another package, except ALLOWED;
 * - `Object.assign(x, …)` that replaces a method, and `Object.create(x, …)`;
 * - a member of a prototype that is set (`X.prototype.y = …`), except REPLACED_ON_PURPOSE.
 *
 * The check reads the text of one file, without types. So it does not find a private field without
 * `_`, or a method that is replaced in another way or by a named function.
 */
import ts from 'typescript';
import { listTrackedFiles, readText } from '../tracked-files.ts';

const SOURCE = /^(?:packages|apps)\/[^/]+\/src\/(?!testing\/|.*[.]test[.]).*[.](?:tsx?|mjs|cjs)$/;
/** Files of packages that may be imported, each with the reason. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  [
    '@nexrender/core/src/helpers/autofind',
    'nexrender publishes the paths at which it looks for After Effects only in this file.',
  ],
  [
    'uplot/dist/uPlot.min.css',
    'uPlot publishes its styles only in this file, and its documentation says to load it.',
  ],
]);
/**
 * Methods of Node that a file replaces because Node offers no other way, each with the reason. Both
 * files run only in the process of a render.
 */
const REPLACED_ON_PURPOSE: ReadonlyMap<string, string> = new Map([
  [
    'packages/render-host/src/nexrender/guard-connections.mjs Socket.prototype.connect',
    'No hook of Node sees every connection, encrypted or of fetch, before it is made.',
  ],
  [
    'packages/render-host/src/nexrender/report-movement.mjs Socket.prototype.connect',
    'No event of Node reports every connection, encrypted or of fetch, whose bytes count.',
  ],
]);
const FILE_OF_PACKAGE = /^(?:@[\w.-]+\/)?[\w-][\w.-]*\/(?:lib|dist|src)\//;

export async function checkLibraryInsides(): Promise<string[]> {
  const files = (await listTrackedFiles()).filter((file) => SOURCE.test(file));
  const found = files.map(async (file) => findInsides(file, (await readText(file)) ?? ''));
  return (await Promise.all(found)).flat();
}

/** Finds each use of the insides of a library: the file, the line, and what is used. */
export function findInsides(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const what = insideAt(node);
    const isOnPurpose = REPLACED_ON_PURPOSE.has(`${file} ${setOnPrototypeAt(node)}`);
    if (what !== null && !isOnPurpose) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1} ${what}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function insideAt(node: ts.Node): string | null {
  const field = fieldReadAt(node);
  if (field?.startsWith('_')) return `reads the private field ${field}`;
  if (ts.isStringLiteral(node) && isImported(node) && isFileOfPackage(node.text))
    return `imports a file of a package: ${node.text}`;
  const set = setOnPrototypeAt(node);
  if (set !== null) return `replaces ${set}`;
  if (!ts.isCallExpression(node)) return null;
  const [target, members] = node.arguments;
  const called = node.expression.getText();
  if (called === 'Object.assign' && isNamed(target) && hasFunction(members))
    return `replaces a method of ${target?.getText()}`;
  if (called === 'Object.create' && target?.kind !== ts.SyntaxKind.NullKeyword)
    return `makes an object of ${target?.getText()} as its prototype`;
  return null;
}

/** `X.prototype.y` where the node sets it. */
function setOnPrototypeAt(node: ts.Node): string | null {
  if (!ts.isBinaryExpression(node)) return null;
  if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return null;
  const { left } = node;
  const isMember = ts.isPropertyAccessExpression(left) || ts.isElementAccessExpression(left);
  return isMember && fieldReadAt(left.expression) === 'prototype' ? left.getText() : null;
}

function isFileOfPackage(name: string): boolean {
  return FILE_OF_PACKAGE.test(name) && !ALLOWED.has(name);
}

function fieldReadAt(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node)) return textOf(node.argumentExpression);
  if (ts.isIndexedAccessTypeNode(node))
    return ts.isLiteralTypeNode(node.indexType) ? textOf(node.indexType.literal) : undefined;
  if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent))
    return textOf(node.propertyName ?? node.name);
  return undefined;
}

function textOf(node: ts.Node): string | undefined {
  return ts.isStringLiteralLike(node) || ts.isIdentifier(node) ? node.text : undefined;
}

/** True for the specifier of an import or export, and for the argument of `import` or `require`. */
function isImported({ parent }: ts.Node): boolean {
  if (ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)) return true;
  return (
    ts.isCallExpression(parent) &&
    (parent.expression.kind === ts.SyntaxKind.ImportKeyword ||
      /\b(?:require|createRequire|resolve)\b/.test(parent.expression.getText()))
  );
}

function isNamed(node: ts.Expression | undefined): boolean {
  return node !== undefined && (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node));
}

function hasFunction(node: ts.Expression | undefined): boolean {
  return (
    node !== undefined &&
    ts.isObjectLiteralExpression(node) &&
    node.properties.some(
      (member) =>
        ts.isMethodDeclaration(member) ||
        (ts.isPropertyAssignment(member) &&
          (ts.isArrowFunction(member.initializer) || ts.isFunctionExpression(member.initializer))),
    )
  );
}
