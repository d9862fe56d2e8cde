import { closeSync, openSync, readSync } from 'node:fs';

let buffer = Buffer.allocUnsafe(64 * 1024);

/** We may not read the file. It exists, or existed a moment ago; nothing more is known. */
export const DENIED = Symbol('denied');

/** Reads a file under /proc as latin1; null when it does not exist. */
export function readProc(path: string): string | null | typeof DENIED {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    return judge(error);
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
    return judge(error);
  } finally {
    closeSync(fd);
  }
}

/**
 * Like `readProc`, but also null when we may not read the file. So null does not prove that the
 * process has ended.
 */
export function readProcFile(path: string): string | null {
  const text = readProc(path);
  return text === DENIED ? null : text;
}

// Any other error throws: a full file table must not look like a host without processes.
const ABSENCES: readonly unknown[] = ['ENOENT', 'ESRCH', 'EINVAL'];
const DENIALS: readonly unknown[] = ['EACCES', 'EPERM'];

function judge(error: unknown): null | typeof DENIED {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (DENIALS.includes(code)) return DENIED;
  if (ABSENCES.includes(code)) return null;
  throw error;
}
