import { randomUUID } from 'node:crypto';
import { type ProcessTree, startProcessTree } from '../../src/process/start-process-tree.ts';

/** Beside the bundle of the cases. */
const PROGRAM = new URL('./run-program.mjs', import.meta.url).href;

/** A tree that runs this program of node.exe, or any other, and its output so far. */
export type TestTree = ProcessTree & { said(): string };

/** Starts a tree before its `go`. */
async function startTree(
  more: { env?: Record<string, string>; attemptId?: string } = {},
): Promise<TestTree> {
  let output = '';
  const tree = await startProcessTree({
    attemptId: more.attemptId ?? randomUUID(),
    treeMarker: randomUUID(),
    owner: 'a-test',
    modulePath: PROGRAM,
    title: 'nexrender',
    env: { ...process.env, ...more.env },
    cwd: 'C:\\',
    onMessage() {},
    onOutput(_stream, chunk) {
      output += chunk.toString();
    },
  });
  return { ...tree, said: () => output };
}

/** Starts a tree whose first program is node.exe with this code; resolves when it says `ready`. */
export async function runNode(code: string): Promise<TestTree> {
  const tree = await startTree();
  tree.go({ command: process.execPath, args: ['-e', code] });
  await waitFor(
    () => tree.said().includes('ready'),
    () => tree.said(),
  );
  return tree;
}

/** Waits until it holds. A minute passes only where something is wrong. */
async function waitFor(
  holds: () => boolean | Promise<boolean>,
  explain: () => unknown = () => '',
): Promise<void> {
  const until = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`still not so after 60 s: ${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
