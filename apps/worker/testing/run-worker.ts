import { fileURLToPath } from 'node:url';
import { execaNode } from 'execa';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

type Result = { exitCode: number | undefined; lines: string[]; stderr: string };

/** Runs a command of the worker as its operator does. Gives its exit code and its lines. */
export function runWorker(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  return startCommand(args, env).ended;
}

/** Starts a command of the worker, as another user where `uid` is given. `kill` sends SIGKILL. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { uid }: { uid?: number } = {},
): { readonly ended: Promise<Result>; kill(): void } {
  const command = execaNode(MAIN, args, {
    nodeOptions: ['--import', import.meta.resolve('tsx')],
    env,
    reject: false,
    ...(uid === undefined ? {} : { uid }),
  });
  const ended = command.then(({ exitCode, stdout, stderr }) => ({
    exitCode,
    lines: stdout.split('\n').filter((line) => line !== ''),
    stderr,
  }));
  return { ended, kill: () => void command.kill('SIGKILL') };
}
