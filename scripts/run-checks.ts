import { availableParallelism } from 'node:os';
import { execa } from 'execa';
import pLimit from 'p-limit';

export type Check = {
  readonly name: string;
  /** A program of this workspace and its arguments, separated by single spaces. */
  readonly command: string;
  /** The command or the edit that fixes what the check finds. */
  readonly fix: string;
};

/**
 * Runs the checks, as many at a time as there are cores, and prints a line for each. A check that
 * fails also prints its output and how to fix it. Returns true if all checks passed.
 */
export async function runChecks(
  checks: readonly Check[],
  folder: string,
  print: (line: string) => void,
): Promise<boolean> {
  const limit = pLimit(availableParallelism());
  const passed = checks.map(({ name, command, fix }) =>
    limit(async () => {
      const [program = '', ...args] = command.split(' ');
      const { exitCode, all, durationMs } = await execa(program, args, {
        cwd: folder,
        preferLocal: true,
        localDir: folder,
        all: true,
        reject: false,
        env: { FORCE_COLOR: '0' },
      });
      const seconds = `${(durationMs / 1000).toFixed(1)} s`;
      // A check that passed may say what it could not check.
      const notes = all.split('\n').filter((line) => line.startsWith('Note: '));
      if (exitCode === 0) print([`✓ ${name} (${seconds})`, ...notes].join('\n  '));
      else print(`✗ ${name} (${seconds})\n${all}\nTo fix it: ${fix}\n`);
      return exitCode === 0;
    }),
  );
  return (await Promise.all(passed)).every(Boolean);
}
