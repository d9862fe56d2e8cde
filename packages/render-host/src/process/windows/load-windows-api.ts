import { createRequire } from 'node:module';
import { type ListedProcess, makeProcessEntry, readProcessEntry } from './structs.ts';
import {
  ACCESS,
  describeError,
  ERROR,
  type ErrorCode,
  type Handle,
  type Result,
  type WindowsApi,
} from './windows-api.ts';

const WAIT_OBJECT_0 = 0;
const WAIT_TIMEOUT = 258;
const TH32CS_SNAPPROCESS = 2;
const INVALID_HANDLE = -1;

type Koffi = typeof import('koffi');
type Library = ReturnType<Koffi['load']>;

let loaded: WindowsApi | null = null;

/**
 * The calls of Windows, bound by koffi. koffi is loaded at the first call, so other systems never
 * load these libraries.
 */
export function loadWindowsApi(): WindowsApi {
  loaded ??= bind();
  return loaded;
}

/** A library of Windows, and koffi itself, for calls that only one module uses. */
export function openLibrary(name: string): { koffi: Koffi; library: Library } {
  const koffi: Koffi = createRequire(import.meta.url)('koffi');
  return { koffi, library: koffi.load(name) };
}

function bind(): WindowsApi {
  const { library: kernel32 } = openLibrary('kernel32.dll');
  const { library: ntdll } = openLibrary('ntdll.dll');
  const lastError: () => number = kernel32.func('uint32_t GetLastError()');
  /** koffi keeps this thread's error code only until its next call. */
  const failed = (): ErrorCode => lastError() || 1;
  const codeOf = (succeeded: number): ErrorCode => (succeeded === 0 ? failed() : 0);
  const resultOf = <Value>(succeeded: boolean, value: () => Value): Result<Value> =>
    succeeded ? { error: 0, value: value() } : { error: failed(), value: null };
  return {
    isWine: hasWineVersion(ntdll),
    ...bindJobs(kernel32, codeOf, resultOf),
    ...bindProcesses(kernel32, codeOf, resultOf),
    ...bindNames(kernel32, failed, resultOf),
    ...bindList(kernel32, failed),
  };
}

type CodeOf = (succeeded: number) => ErrorCode;
type ResultOf = <Value>(succeeded: boolean, value: () => Value) => Result<Value>;

function bindJobs(kernel32: Library, codeOf: CodeOf, resultOf: ResultOf) {
  const create: (attributes: null, name: null) => number = kernel32.func(
    'intptr_t CreateJobObjectW(void *attributes, str16 name)',
  );
  const set: (job: Handle, what: number, data: Buffer, bytes: number) => number = kernel32.func(
    'int SetInformationJobObject(intptr_t job, int what, void *data, uint32_t bytes)',
  );
  const query: (job: Handle, what: number, data: Buffer, bytes: number, size: null) => number =
    kernel32.func(
      'int QueryInformationJobObject(intptr_t job, int what, void *data, uint32_t bytes, ' +
        'void *size)',
    );
  const assign: (job: Handle, process: Handle) => number = kernel32.func(
    'int AssignProcessToJobObject(intptr_t job, intptr_t process)',
  );
  const isIn: (process: Handle, job: Handle, result: Buffer) => number = kernel32.func(
    'int IsProcessInJob(intptr_t process, intptr_t job, void *result)',
  );
  const terminate: (job: Handle, exitCode: number) => number = kernel32.func(
    'int TerminateJobObject(intptr_t job, uint32_t exitCode)',
  );
  return {
    createJob() {
      const job = create(null, null);
      return resultOf(job !== 0, () => job);
    },
    setJob: (job: Handle, what: number, data: Buffer) => codeOf(set(job, what, data, data.length)),
    queryJob: (job: Handle, what: number, into: Buffer) =>
      codeOf(query(job, what, into, into.length, null)),
    assignToJob: (job: Handle, process: Handle) => codeOf(assign(job, process)),
    isInJob(process: Handle, job: Handle) {
      const answer = Buffer.alloc(4);
      const succeeded = isIn(process, job, answer) !== 0;
      return resultOf(succeeded, () => answer.readInt32LE(0) !== 0);
    },
    terminateJob: (job: Handle, exitCode: number) => codeOf(terminate(job, exitCode)),
  };
}

function bindProcesses(kernel32: Library, codeOf: CodeOf, resultOf: ResultOf) {
  const open: (access: number, inherit: number, pid: number) => Handle = kernel32.func(
    'intptr_t OpenProcess(uint32_t access, int inherit, uint32_t pid)',
  );
  const terminate: (process: Handle, exitCode: number) => number = kernel32.func(
    'int TerminateProcess(intptr_t process, uint32_t exitCode)',
  );
  const wait: (handle: Handle, ms: number) => number = kernel32.func(
    'uint32_t WaitForSingleObject(intptr_t handle, uint32_t ms)',
  );
  const times: (h: Handle, created: Buffer, ended: Buffer, k: Buffer, u: Buffer) => number =
    kernel32.func(
      'int GetProcessTimes(intptr_t process, void *created, void *ended, void *kernel, void *user)',
    );
  const close: (handle: Handle) => number = kernel32.func('int CloseHandle(intptr_t handle)');
  return {
    openProcess(access: number, pid: number) {
      const handle = open(access, 0, pid);
      return resultOf(handle !== 0, () => handle);
    },
    terminateProcess: (process: Handle, code: number) => codeOf(terminate(process, code)),
    isRunning(process: Handle) {
      const answer = wait(process, 0);
      return resultOf(
        answer === WAIT_OBJECT_0 || answer === WAIT_TIMEOUT,
        () => answer === WAIT_TIMEOUT,
      );
    },
    readCreated(process: Handle) {
      const [created, ...rest] = Array.from({ length: 4 }, () => Buffer.alloc(8));
      const [ended, kernel, user] = rest;
      if (!created || !ended || !kernel || !user) throw new Error('unreachable');
      const succeeded = times(process, created, ended, kernel, user) !== 0;
      return resultOf(succeeded, () => String(created.readBigUInt64LE(0)));
    },
    close: (handle: Handle) => void close(handle),
  };
}

/** A name is an event object of the kernel. It is gone when its last handle is closed. */
function bindNames(kernel32: Library, failed: () => ErrorCode, resultOf: ResultOf) {
  const create: (attributes: null, manual: number, set: number, name: string) => Handle =
    kernel32.func('intptr_t CreateEventW(void *attributes, int manual, int set, str16 name)');
  const open: (access: number, inherit: number, name: string) => Handle = kernel32.func(
    'intptr_t OpenEventW(uint32_t access, int inherit, str16 name)',
  );
  const close: (handle: Handle) => number = kernel32.func('int CloseHandle(intptr_t handle)');
  return {
    announce(name: string) {
      const handle = create(null, 1, 0, name);
      return resultOf(handle !== 0, () => handle);
    },
    isAnnounced(name: string) {
      const handle = open(ACCESS.synchronize, 0, name);
      // Another user's event may not be opened, but it exists.
      if (handle === 0) return failed() === ERROR.accessDenied;
      close(handle);
      return true;
    },
  };
}

function bindList(kernel32: Library, failed: () => ErrorCode) {
  const snapshot: (what: number, pid: number) => Handle = kernel32.func(
    'intptr_t CreateToolhelp32Snapshot(uint32_t what, uint32_t pid)',
  );
  const first: (handle: Handle, entry: Buffer) => number = kernel32.func(
    'int Process32FirstW(intptr_t snapshot, void *entry)',
  );
  const next: (handle: Handle, entry: Buffer) => number = kernel32.func(
    'int Process32NextW(intptr_t snapshot, void *entry)',
  );
  const close: (handle: Handle) => number = kernel32.func('int CloseHandle(intptr_t handle)');
  const unreadable = (code: ErrorCode) =>
    new Error(`The processes of this host cannot be listed: ${describeError(code)}.`);
  return {
    listProcesses() {
      const handle = snapshot(TH32CS_SNAPPROCESS, 0);
      if (handle === INVALID_HANDLE) throw unreadable(failed());
      const processes: ListedProcess[] = [];
      const entry = makeProcessEntry();
      try {
        for (let more = first(handle, entry); more !== 0; more = next(handle, entry))
          processes.push(readProcessEntry(entry));
        const code = failed();
        if (code !== ERROR.noMoreFiles) throw unreadable(code);
        return processes;
      } finally {
        close(handle);
      }
    },
  };
}

function hasWineVersion(ntdll: Library): boolean {
  try {
    ntdll.func('str wine_get_version()');
    return true;
  } catch {
    return false;
  }
}
