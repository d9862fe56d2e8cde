// @ts-check
import { createBoundedLines } from './bounded-lines.mjs';

const PIPE_WAIT_MS = 2000;

/**
 * Reads aerender's pipes in place of nexrender, which would keep all output in memory and misread
 * the progress. A program that outlives aerender and holds its pipes open does not delay the
 * render.
 *
 * @param {import('node:child_process').ChildProcess} instance
 * @param {object} listener
 * @param {(line: string) => void} listener.onLine
 * @param {(exit: import('./render-order.ts').ProgramExit) => void} listener.onExit
 */
export function watchAerender(instance, { onLine, onExit }) {
  for (const pipe of [instance.stdout, instance.stderr]) {
    const lines = createBoundedLines({
      onLine,
      isPrecious: (line) => line.startsWith('PROGRESS:') || readError(line) !== null,
    });
    pipe?.removeAllListeners('data');
    pipe?.on('data', (chunk) => lines.push(chunk));
    pipe?.once('close', () => lines.end());
  }
  instance.once('exit', (code, signal) => {
    onExit({ code, signal });
    const timer = setTimeout(
      () => [instance.stdout, instance.stderr].forEach((pipe) => void pipe?.destroy()),
      PIPE_WAIT_MS,
    );
    instance.once('close', () => clearTimeout(timer));
  });
}

/** Reads an error of aerender, or of nexrender's script in After Effects. @param {string} line */
export function readError(line) {
  return (
    /^\s*aerender (?:ERROR|Fehler):\s*(.*)$/i.exec(line)?.[1] ??
    /(?:Error|Fehler):\s+(nexrender:.*)$/i.exec(line)?.[1] ??
    null
  );
}
