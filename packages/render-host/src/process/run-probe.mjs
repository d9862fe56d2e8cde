// @ts-check
import { spawn } from 'node:child_process';
import { lowerPriority } from './lower-priority.mjs';

const LONGEST_OUTPUT = 256 * 1024;

/**
 * @typedef {{ text: string } | { problem: 'missing' | 'failed' | 'late' }} Probed
 */

/**
 * Starts a program that looks at a file, inside the tree of the render that calls this, so a stop
 * ends it. It has a low priority and keeps this process from nothing: the render may end while it
 * runs.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {number} withinMs
 * @returns {{ printed: Promise<Probed>, kill(): void }}
 */
export function startProbe(program, args, withinMs) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  const kill = () => void child.kill('SIGKILL');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, withinMs);
  timer.unref();
  child.unref();
  if (child.pid !== undefined) lowerPriority(child.pid);
  const { stdout } = child;
  if ('unref' in stdout && typeof stdout.unref === 'function') stdout.unref();
  stdout.on('error', () => {}); // its end tells more
  let text = '';
  stdout.on('data', (data) => {
    text += data;
    if (text.length > LONGEST_OUTPUT) kill();
  });
  return {
    kill,
    printed: new Promise((resolve) => {
      const end = (/** @type {Probed} */ probed) => {
        clearTimeout(timer);
        resolve(probed);
      };
      child.once('error', () => end({ problem: child.pid === undefined ? 'missing' : 'failed' }));
      child.once('close', (code) => {
        if (isLate) end({ problem: 'late' });
        else end(code === 0 ? { text } : { problem: 'failed' });
      });
    }),
  };
}
