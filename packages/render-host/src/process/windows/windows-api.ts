import type { ListedProcess } from './structs.ts';

/** A handle of the kernel. */
export type Handle = number;

/** 0 for success, or the error code of Windows. */
export type ErrorCode = number;

export type Result<Value> =
  | { readonly error: 0; readonly value: Value }
  | { readonly error: ErrorCode; readonly value: null };

/**
 * The calls of Windows that hold and end processes. `load-windows-api.ts` binds them. Tests on
 * other systems use an object with the answers that they need.
 */
export type WindowsApi = {
  /** Whether this is Wine: some of its answers say less than those of Windows. */
  readonly isWine: boolean;
  /** Makes a Job Object without a name. No child inherits its handle. */
  createJob(): Result<Handle>;
  setJob(job: Handle, what: number, data: Buffer): ErrorCode;
  queryJob(job: Handle, what: number, into: Buffer): ErrorCode;
  assignToJob(job: Handle, process: Handle): ErrorCode;
  isInJob(process: Handle, job: Handle): Result<boolean>;
  terminateJob(job: Handle, exitCode: number): ErrorCode;
  openProcess(access: number, pid: number): Result<Handle>;
  terminateProcess(process: Handle, exitCode: number): ErrorCode;
  /** Whether the process of this handle still runs. */
  isRunning(process: Handle): Result<boolean>;
  /** When the process of this handle was created, as a FILETIME in decimal. */
  readCreated(process: Handle): Result<string>;
  close(handle: Handle): void;
  /** Makes a name that every process of the host can see until the name's handle is closed. */
  announce(name: string): Result<Handle>;
  /** Whether a process of this host has announced this name. */
  isAnnounced(name: string): boolean;
  /** All processes, in no order. Throws when the list cannot be read completely. */
  listProcesses(): ListedProcess[];
};

/** Rights of a handle (winnt.h, PROCESS_*). */
export const ACCESS = {
  terminate: 0x0001,
  setQuota: 0x0100,
  /** This user gets this right for its own processes. Wine needs it where Windows does not. */
  query: 0x0400,
  queryLimited: 0x1000,
  synchronize: 0x10_0000,
} as const;

/** The error codes that we distinguish (winerror.h). */
export const ERROR = {
  accessDenied: 5,
  noMoreFiles: 18,
  invalidParameter: 87,
  moreData: 234,
} as const;

/** The meaning of an error code, as a part of a sentence. */
export function describeError(code: ErrorCode): string {
  const names: Record<number, string> = {
    [ERROR.accessDenied]: 'access denied',
    [ERROR.invalidParameter]: 'no such process, or a bad argument',
    [ERROR.moreData]: 'more data',
  };
  return `error ${code}${code in names ? ` (${names[code]})` : ''}`;
}
