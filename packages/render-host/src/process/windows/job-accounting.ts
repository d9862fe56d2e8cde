import type { Accounting } from '../container/container-types.ts';
import { openLibrary } from './load-windows-api.ts';
import {
  ACCOUNTING_BYTES,
  COUNTS_BYTES,
  JOB_INFO,
  type JobAccounting,
  readAccounting,
} from './structs.ts';
import { ACCESS, type Handle, type WindowsApi } from './windows-api.ts';

export type AccountedJob = {
  readonly api: Pick<WindowsApi, 'queryJob' | 'openProcess' | 'close'>;
  readonly job: Handle;
  /** Null before the job has adopted its launcher. */
  readonly launcher: () => Handle | null;
  /** The pids of the members. Throws when they cannot be read. */
  readonly listMembers: () => readonly number[];
};

/** JOBOBJECT_MEMORY_USAGE_INFORMATION: the members' present committed memory, then its peak. */
const MEMORY = { what: 28, bytes: 16 } as const;
/** Wine has only the second structure, which counts no bytes. */
const ACCOUNTS = [
  { what: JOB_INFO.accounting, bytes: ACCOUNTING_BYTES },
  { what: JOB_INFO.counts, bytes: COUNTS_BYTES },
] as const;
const READS_OF_A_BUSY_LAUNCHER = 3;

/** The calls of Windows about the usage of one process. Null: Windows does not answer. */
type UsageApi = {
  /** The bytes of memory that the process has now. */
  readWorkingSet(process: Handle): number | null;
  /** The bytes that the process has read so far, from any source. */
  readBytesRead(process: Handle): number | null;
};

/** PROCESS_MEMORY_COUNTERS begins with its size. */
const COUNTERS_BYTES = 72;
const WORKING_SET_AT = 16;
/** IO_COUNTERS has three counts of operations, then three counts of bytes. */
const IO_BYTES = 48;
const BYTES_READ_AT = 24;

let loaded: UsageApi | null = null;

function loadUsageApi(): UsageApi {
  loaded ??= bind();
  return loaded;
}

function bind(): UsageApi {
  const { library: kernel32 } = openLibrary('kernel32.dll');
  const memory: (process: Handle, into: Buffer, bytes: number) => number = kernel32.func(
    'int K32GetProcessMemoryInfo(intptr_t process, void *into, uint32_t bytes)',
  );
  const io: (process: Handle, into: Buffer) => number = kernel32.func(
    'int GetProcessIoCounters(intptr_t process, void *into)',
  );
  return {
    readWorkingSet(process) {
      const counters = Buffer.alloc(COUNTERS_BYTES);
      counters.writeUInt32LE(COUNTERS_BYTES);
      if (memory(process, counters, COUNTERS_BYTES) === 0) return null;
      return Number(counters.readBigUInt64LE(WORKING_SET_AT));
    },
    readBytesRead(process) {
      const counters = Buffer.alloc(IO_BYTES);
      return io(process, counters) === 0 ? null : Number(counters.readBigUInt64LE(BYTES_READ_AT));
    },
  };
}

/**
 * Makes the function that reads how much a job has used. It leaves out bytes written, because
 * Windows counts bytes written into a pipe, and a program that only prints that it waits moves
 * nothing.
 */
export function accountJob(
  { api, job, launcher, listMembers }: AccountedJob,
  loadUsage: () => UsageApi = loadUsageApi,
): () => Accounting | null {
  const madeAt = performance.now();
  let bytesRead: number | null = null;

  const ask = (what: number, bytes: number): Buffer | null => {
    const answer = Buffer.alloc(bytes);
    return api.queryJob(job, what, answer) === 0 ? answer : null;
  };
  const readJob = (): JobAccounting | null => {
    for (const { what, bytes } of ACCOUNTS) {
      const answer = ask(what, bytes);
      if (answer !== null) return readAccounting(answer);
    }
    return null;
  };
  const readMemory = (answer: Buffer | null) =>
    answer === null ? addWorkingSets(listMembers(), api, loadUsage()) : readCommitted(answer);
  /** The launcher only passes lines on, so its bytes are subtracted. It must not read meanwhile. */
  const readWithoutLauncher = () => {
    for (let turn = 0; turn < READS_OF_A_BUSY_LAUNCHER; turn++) {
      const before = readLauncher();
      const used = readJob();
      if (used?.readBytes == null || before === null) return used;
      if (readLauncher() === before) {
        bytesRead = used.readBytes - before;
        return used;
      }
    }
    return readJob();
  };
  const readLauncher = () => {
    const handle = launcher();
    return handle === null ? 0 : loadUsage().readBytesRead(handle);
  };
  return () => {
    try {
      const used = readWithoutLauncher();
      if (used === null) return null;
      const { cpuMs, activeProcesses: processes } = used;
      const memoryBytes = readMemory(ask(MEMORY.what, MEMORY.bytes));
      return { sinceMs: performance.now() - madeAt, cpuMs, processes, memoryBytes, bytesRead };
    } catch {
      return null; // the members cannot be listed
    }
  };
}

function readCommitted(memory: Buffer): number {
  return Number(memory.readBigUInt64LE(0));
}

function addWorkingSets(
  pids: readonly number[],
  api: AccountedJob['api'],
  usage: UsageApi,
): number {
  const sizes = pids.map((pid) => {
    const opened = api.openProcess(ACCESS.queryLimited, pid);
    if (opened.value === null) return 0;
    try {
      return usage.readWorkingSet(opened.value) ?? 0;
    } finally {
      api.close(opened.value);
    }
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
