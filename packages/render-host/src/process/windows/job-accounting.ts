import type { Accounting } from '../container/container-types.ts';
import {
  ACCOUNTING_BYTES,
  COUNTS_BYTES,
  JOB_INFO,
  type JobAccounting,
  readAccounting,
} from './structs.ts';
import { loadUsageApi, type UsageApi } from './usage-api.ts';
import { ACCESS, type Handle, type WindowsApi } from './windows-api.ts';

export type AccountedJob = {
  readonly api: Pick<WindowsApi, 'queryJob' | 'openProcess' | 'close'>;
  readonly job: Handle;
  /** Null before it was adopted. */
  readonly launcher: () => Handle | null;
  /** Throws where they cannot be read. */
  readonly listMembers: () => readonly number[];
};

/** JOBOBJECT_MEMORY_USAGE_INFORMATION: what the members have committed now, then the peak. */
const MEMORY = { what: 28, bytes: 16 } as const;
/** Wine knows only the second, which counts no bytes. */
const ACCOUNTS = [
  { what: JOB_INFO.accounting, bytes: ACCOUNTING_BYTES },
  { what: JOB_INFO.counts, bytes: COUNTS_BYTES },
] as const;
const READS_OF_A_BUSY_LAUNCHER = 3;

/**
 * Gives the function that reads what a job has used. Bytes written are not among it: Windows counts
 * what goes into a pipe, and a program that only says that it waits moves nothing.
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
  /** The launcher only passes on what others say. It must not read while the two are compared. */
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
      return null; // the members cannot be read
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
