import { createBoundedLines } from './bounded-lines.mjs';
import type { RenderOptions } from './start-render.ts';

/** Reads output that is not in nexrender's log: of action modules, and warnings of Node. */
export function readOutputs(redact: (text: string) => string, onLine: RenderOptions['onLine']) {
  const read = () => createBoundedLines({ onLine: (line) => onLine('nexrender', redact(line)) });
  return { stdout: read(), stderr: read() };
}
