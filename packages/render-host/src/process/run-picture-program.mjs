// @ts-check
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../pictures/make-pictures.mjs', import.meta.url));
const LONGEST_OUTPUT = 1024 * 1024;

/**
 * Starts the program that makes pictures, inside the tree of the render that calls this, so a stop
 * ends it. It keeps this process from nothing: the render may end while it runs.
 *
 * @param {import('../pictures/picture-order.ts').PictureOrder} order
 * @param {number} withinMs
 * @returns {{ printed: Promise<string | null>, kill(): void }} null: it failed or took too long
 */
export function startPictureProgram(order, withinMs) {
  const child = spawn(process.execPath, ['--max-old-space-size=256', PROGRAM], {
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const kill = () => void child.kill('SIGKILL');
  const timer = setTimeout(kill, withinMs);
  timer.unref();
  child.unref();
  for (const pipe of [child.stdin, child.stdout]) {
    pipe.on('error', () => {}); // its end tells more
    if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  }
  child.stdin.end(JSON.stringify(order));
  let printed = '';
  child.stdout.on('data', (data) => {
    printed += data;
    if (printed.length > LONGEST_OUTPUT) kill();
  });
  return {
    kill,
    printed: new Promise((resolve) => {
      const end = (/** @type {string | null} */ text) => {
        clearTimeout(timer);
        resolve(text);
      };
      child.once('error', () => end(null));
      child.once('close', (code) => end(code === 0 ? printed : null));
    }),
  };
}
