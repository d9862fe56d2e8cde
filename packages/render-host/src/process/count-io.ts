import { readProcFile } from './snapshot/read-proc-file.ts';

/**
 * The bytes that these processes have read so far from any source, plus the bytes that they have
 * written to a disk. Bytes written into a pipe do not count: a program that only prints that it
 * waits moves nothing. Null where the system does not count them (not Linux). On Windows the Job
 * Object counts (windows/job-accounting.ts).
 */
export function countIo(pids: readonly number[]): number | null {
  if (process.platform !== 'linux') return null;
  return pids.reduce((sum, pid) => sum + (readIo(readProcFile(`/proc/${pid}/io`)) ?? 0), 0);
}

/** Null when the process has ended, or is not of our user. */
function readIo(text: string | null): number | null {
  const [read, written] = [/^rchar: (\d+)$/m, /^write_bytes: (\d+)$/m].map((line) =>
    Number(line.exec(text ?? '')?.[1]),
  );
  return read === undefined || written === undefined || Number.isNaN(read + written)
    ? null
    : read + written;
}
