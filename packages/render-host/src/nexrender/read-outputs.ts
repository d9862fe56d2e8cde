import type { LogStream } from '@renderdeck/domain';
import { createBoundedLines } from './bounded-lines.mjs';

/** Reads output that is not in nexrender's log: of action modules, and warnings of Node. */
export function readOutputs(
  redact: (text: string) => string,
  onLine: (stream: LogStream, line: string) => void,
) {
  const read = () => createBoundedLines({ onLine: (line) => onLine('nexrender', redact(line)) });
  return { stdout: read(), stderr: read() };
}
