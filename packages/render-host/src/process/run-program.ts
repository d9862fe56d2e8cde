import { execFile } from 'node:child_process';

const LONGEST_OUTPUT = 1024 * 1024;
const TRIES_WITHIN_MS = 60_000;

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

/**
 * Runs a short program of the system. Returns its output, and whether it ended with code 0. A
 * missing program says so in its output.
 */
export function tryProgram(
  program: string,
  args: readonly string[],
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const options = { timeout: TRIES_WITHIN_MS, maxBuffer: LONGEST_OUTPUT, windowsHide: true };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`.trim();
      resolve({ ok: error === null, output: said === '' ? (error?.message ?? '') : said });
    });
  });
}
