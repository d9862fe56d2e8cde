import { expect, test } from 'vitest';
import { type AccountedJob, accountJob } from './job-accounting.ts';

const JOB = 7;
const LAUNCHER = 8;

/** JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION. */
function anAccount({ user = 0n, kernel = 0n, active = 0, read = 0n, written = 0n } = {}): Buffer {
  const bytes = Buffer.alloc(96);
  bytes.writeBigInt64LE(user, 0);
  bytes.writeBigInt64LE(kernel, 8);
  bytes.writeUInt32LE(active, 40);
  bytes.writeBigUInt64LE(read, 72);
  bytes.writeBigUInt64LE(written, 80);
  return bytes;
}

/** JOBOBJECT_MEMORY_USAGE_INFORMATION. */
function memoryOf(now: bigint, peak: bigint): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(now, 0);
  bytes.writeBigUInt64LE(peak, 8);
  return bytes;
}

/** A job of which the kernel gives these answers. Any other question is a bad argument. */
function aJob(answers: () => Readonly<Record<number, Buffer>>, more: Partial<AccountedJob> = {}) {
  const open = new Set<number>();
  const job: AccountedJob = {
    api: {
      queryJob(_job, what, into) {
        const answer = answers()[what];
        if (answer === undefined || into.length < answer.length) return 87;
        answer.copy(into);
        return 0;
      },
      openProcess(_access, pid) {
        if (pid === 66) return { error: 5, value: null };
        open.add(pid + 1000);
        return { error: 0, value: pid + 1000 };
      },
      close: (handle) => void open.delete(handle),
    },
    job: JOB,
    launcher: () => LAUNCHER,
    listMembers: () => [10, 11, 66],
    ...more,
  };
  return { job, open };
}

const usage = (bytesRead: () => number | null = () => 0) => ({
  readWorkingSet: (process: number) => (process === 1011 ? null : 5_000_000),
  readBytesRead: (process: number) => (process === LAUNCHER ? bytesRead() : null),
});

test('CPU, processes and present memory are read from the job, not from its members', () => {
  const answers = {
    8: anAccount({ user: 25_000_000n, kernel: 5_000_000n, active: 4 }),
    28: memoryOf(300_000_000n, 900_000_000n),
  };
  const { job } = aJob(() => answers, {
    listMembers: () => {
      throw new Error('the members were listed');
    },
  });
  expect(accountJob(job, usage)()).toMatchObject({
    cpuMs: 3000,
    processes: 4,
    memoryBytes: 300_000_000,
  });
});

test('bytes that members read count; bytes written, and bytes the launcher read, do not', () => {
  let read = 0n;
  let written = 0n;
  let byLauncher = 0;
  const { job } = aJob(() => ({ 8: anAccount({ read, written, active: 2 }) }));
  const account = accountJob(job, () => usage(() => byLauncher));
  const look = () => account()?.bytesRead;
  expect(look()).toBe(0);
  // After Effects writes a line into a pipe, and the launcher reads it.
  written = 500n;
  read += 500n;
  byLauncher += 500;
  expect(look()).toBe(0);
  read += 7_000_000_000n;
  expect(look()).toBe(7_000_000_000);
});

test('while the launcher reads between two looks, the last known value is returned', () => {
  let byLauncher = 0;
  let isBusy = false;
  const { job } = aJob(() => ({ 8: anAccount({ read: 1000n + BigInt(byLauncher), active: 2 }) }));
  const account = accountJob(job, () =>
    usage(() => {
      if (isBusy) byLauncher += 10;
      return byLauncher;
    }),
  );
  expect(account()?.bytesRead).toBe(1000);
  isBusy = true;
  expect(account()).toMatchObject({ bytesRead: 1000, processes: 2 });
  isBusy = false;
  expect(account()?.bytesRead).toBe(1000);
});

test('before the launcher is in the job, all bytes read count', () => {
  const { job } = aJob(() => ({ 8: anAccount({ read: 12n }) }), { launcher: () => null });
  expect(accountJob(job, usage)()?.bytesRead).toBe(12);
});

test('a job counts no bytes when the counters of its launcher cannot be read', () => {
  const { job } = aJob(() => ({ 8: anAccount({ read: 12n, active: 1 }) }));
  const account = accountJob(job, () => usage(() => null))();
  expect(account).toMatchObject({ bytesRead: null, processes: 1 });
});

// Recorded under Wine 10, which has only the counts.
const COUNTS_OF_WINE = Buffer.from(`${'00'.repeat(36)}0100000001000000`.padEnd(96, '0'), 'hex');

test('Wine counts no bytes and no memory, so the working sets of the members are added up', () => {
  const { job, open } = aJob(() => ({ 1: COUNTS_OF_WINE }));
  expect(accountJob(job, usage)()).toMatchObject({
    cpuMs: 0,
    processes: 1,
    memoryBytes: 5_000_000,
    bytesRead: null,
  });
  expect(open, 'no handle stays open').toEqual(new Set());
});

test('an account that cannot be read is unknown, never zero', () => {
  expect(accountJob(aJob(() => ({})).job, usage)()).toBeNull();
  const listMembers = () => {
    throw new Error('no list');
  };
  expect(accountJob(aJob(() => ({ 1: COUNTS_OF_WINE }), { listMembers }).job, usage)()).toBeNull();
});
