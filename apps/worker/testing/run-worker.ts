import { programCommand } from '@renderdeck/testing/program-command';
import { execa } from 'execa';

type Result = { exitCode: number | undefined; lines: string[]; stderr: string };

/** Runs a command of the worker as an operator does. Returns its exit code and its lines. */
export function runWorker(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  return startCommand(args, env).ended;
}

/** Starts a command of the worker. `kill` sends SIGKILL. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { readonly ended: Promise<Result>; kill(): void } {
  const started = programCommand('apps/worker/src/main.ts').then(([program, ...before]) => ({
    command: execa(program, [...before, ...args], {
      env,
      reject: false,
    }),
  }));
  const end = async () => {
    const { exitCode, stdout, stderr } = await (await started).command;
    return { exitCode, lines: stdout.split('\n').filter((line) => line !== ''), stderr };
  };
  return { ended: end(), kill: () => void started.then(({ command }) => command.kill('SIGKILL')) };
}
