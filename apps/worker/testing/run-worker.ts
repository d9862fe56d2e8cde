import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** Runs a command of the worker as its operator does. Gives its exit code and its lines. */
export async function runWorker(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { exitCode, stdout, stderr } = await execaNode(MAIN, args, {
    nodeOptions: ['--import', import.meta.resolve('tsx')],
    env,
    reject: false,
  });
  return { exitCode, lines: stdout.split('\n').filter((line) => line !== ''), stderr };
}
