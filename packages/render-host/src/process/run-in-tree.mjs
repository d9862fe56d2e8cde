// @ts-check
import { spawn } from 'node:child_process';

/**
 * Runs a program to its end, as a child of the render that calls this. It belongs to the tree of
 * that render, so a stop ends it. Returns null if it succeeded, otherwise how it failed.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {(text: string) => void} onText gets what it writes to stderr
 * @param {AbortSignal} [signal] kills it
 * @returns {Promise<string | null>}
 */
export async function runInTree(program, args, cwd, onText, signal) {
  const child = spawn(program, args, {
    cwd,
    windowsHide: true,
    ...(signal === undefined ? {} : { signal, killSignal: 'SIGKILL' }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.on('data', (data) => onText(String(data)));
  return await new Promise((resolve) => {
    child.once('error', (cause) => resolve(`did not start: ${cause.message}`));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? null : `ended with ${signal ?? `code ${code}`}`),
    );
  });
}
