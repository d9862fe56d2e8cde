import { randomUUID } from 'node:crypto';
import { type ProcessTree, startProcessTree } from '../../src/process/start-process-tree.ts';

/** Beside the bundle of the cases. */
const PROGRAM = new URL('./run-program.mjs', import.meta.url).href;

/** A tree that runs this program of node.exe, or any other, and its output so far. */
export type TestTree = ProcessTree & { said(): string };

type More = {
  env?: Record<string, string>;
  /** The code of its first program; default: run-program.mjs. */
  module?: string;
  onMessage?: (message: unknown) => void;
};

/** Starts a tree that waits for its `go`. */
export async function startTree({ env, module, onMessage }: More = {}): Promise<TestTree> {
  let output = '';
  const tree = await startProcessTree({
    attemptId: randomUUID(),
    treeMarker: randomUUID(),
    owner: 'a-test',
    modulePath:
      module === undefined ? PROGRAM : `data:text/javascript,${encodeURIComponent(module)}`,
    title: 'nexrender',
    env: { ...process.env, ...env },
    cwd: 'C:\\',
    onMessage: onMessage ?? (() => {}),
    onOutput(_stream, chunk) {
      output += chunk.toString();
    },
  });
  return { ...tree, said: () => output };
}

/** Starts a tree that runs acts.exe, or a copy of it; resolves when it says `ready`. */
export async function runProgram(command: string, ...args: string[]): Promise<TestTree> {
  const tree = await startTree();
  tree.go({ command, args });
  await waitFor(
    () => tree.said().includes('ready'),
    () => tree.said(),
  );
  return tree;
}

/** Starts a tree that runs this code in node.exe. */
export function runNode(code: string): Promise<TestTree> {
  return runProgram(process.execPath, '-e', `${code}; console.log('ready')`);
}

/** Waits until it holds. A minute passes only where something is wrong. */
export async function waitFor(
  holds: () => boolean | Promise<boolean>,
  explain: () => unknown = () => '',
): Promise<void> {
  const until = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`still not so after 60 s: ${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
