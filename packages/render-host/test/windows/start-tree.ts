import { randomUUID } from 'node:crypto';
import { type ProcessTree, startProcessTree } from '../../src/process/start-process-tree.ts';

/** This file is beside the bundle of the cases. */
const PROGRAM = new URL('./run-program.mjs', import.meta.url).href;

/** A tree that runs this program in node.exe, or any other program, with its output so far. */
export type TestTree = ProcessTree & { said(): string };

type More = {
  env?: Record<string, string>;
  /** The code of the tree's first program; default: run-program.mjs. */
  module?: string;
  onMessage?: (message: unknown) => void;
};

/** Starts a tree. It waits for `go`. */
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

/** Starts a tree that runs acts.exe or a copy of it. Resolves when the program prints `ready`. */
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

/** Waits until the condition holds. Only a fault makes it wait for a minute. */
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
