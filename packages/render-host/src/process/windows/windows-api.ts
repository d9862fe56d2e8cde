import type { ListedProcess } from './structs.ts';

/** A handle of the kernel. */
export type Handle = number;

/** 0 for success, else the error code of Windows. */
export type ErrorCode = number;

export type Result<Value> =
  | { readonly error: 0; readonly value: Value }
  | { readonly error: ErrorCode; readonly value: null };

/**
 * The calls of Windows that hold and end processes. `load-windows-api.ts` binds them; tests on
 * other systems give an object that answers as they like.
 */
export type WindowsApi = {
  /** Only where Wine answers: some answers of Wine are weaker than those of Windows. */
  readonly isWine: boolean;
  /** A new Job Object without a name, whose handle no child inherits. */
  createJob(): Result<Handle>;
  setJob(job: Handle, what: number, data: Buffer): ErrorCode;
  queryJob(job: Handle, what: number, into: Buffer): ErrorCode;
  assignToJob(job: Handle, process: Handle): ErrorCode;
  isInJob(process: Handle, job: Handle): Result<boolean>;
  terminateJob(job: Handle, exitCode: number): ErrorCode;
  openProcess(access: number, pid: number): Result<Handle>;
  terminateProcess(process: Handle, exitCode: number): ErrorCode;
  /** Whether the process behind this handle still runs. */
  isRunning(process: Handle): Result<boolean>;
  /** When the process behind this handle was created, a FILETIME in decimal. */
  readCreated(process: Handle): Result<string>;
  close(handle: Handle): void;
  /** Makes a name that every process of the host sees until its handle is closed. */
  announce(name: string): Result<Handle>;
  /** Whether a process of this host has announced this name. */
  isAnnounced(name: string): boolean;
  /** All processes, in no order. Throws where the list cannot be read to its end. */
  listProcesses(): ListedProcess[];
};

/** Rights of a handle (winnt.h, PROCESS_*). */
export const ACCESS = {
  terminate: 0x0001,
  setQuota: 0x0100,
  /** Of any process of this user; Wine asks for it where Windows does not. */
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

/** What an error code means, for a sentence. */
export function describeError(code: ErrorCode): string {
  const names: Record<number, string> = {
    [ERROR.accessDenied]: 'access denied',
    [ERROR.invalidParameter]: 'no such process, or a bad argument',
    [ERROR.moreData]: 'more data',
  };
  return `error ${code}${code in names ? ` (${names[code]})` : ''}`;
}
