import { closeSync, openSync, readSync } from 'node:fs';

let buffer = Buffer.allocUnsafe(64 * 1024);

/** The text of a file under /proc as latin1; null when it does not exist or we may not read it. */
export function readProcFile(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
  try {
    let length = 0;
    for (;;) {
      if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const read = readSync(fd, buffer, length, buffer.length - length, null);
      if (read === 0) return buffer.toString('latin1', 0, length);
      length += read;
    }
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  } finally {
    closeSync(fd);
  }
}

// Only these mean "does not exist". Any other error throws: a full file table must not look like a
// host without processes.
const ABSENCES = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL']);

function isAbsence(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    ABSENCES.has(error.code)
  );
}
