import { execFile } from 'node:child_process';

const LONGEST_OUTPUT = 1024 * 1024;

/**
 * Runs a short program of the system. Returns its output. Null when the program is missing, fails,
 * or does not end in time.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  withinMs: number,
): Promise<string | null> {
  const options = { timeout: withinMs, maxBuffer: LONGEST_OUTPUT, windowsHide: true };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}
