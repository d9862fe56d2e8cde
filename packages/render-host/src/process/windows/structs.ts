/*
 * Reads and writes structures of Windows (x64) as bytes at fixed offsets. These functions are pure:
 * they run on every system, and their tests use recorded bytes.
 */

/** The classes of information for `QueryInformationJobObject` (winnt.h, JOBOBJECTINFOCLASS). */
export const JOB_INFO = { counts: 1, pidList: 3, accounting: 8, limits: 9 } as const;

/** The limits that we set (winnt.h, JOB_OBJECT_LIMIT_*), and the limits that must not be set. */
export const LIMIT = {
  dieOnUnhandledException: 0x0400,
  breakawayOk: 0x0800,
  silentBreakawayOk: 0x1000,
  killOnJobClose: 0x2000,
} as const;

/** JOBOBJECT_EXTENDED_LIMIT_INFORMATION: its size, and the offset of its flags. */
export const LIMITS_BYTES = 144;
const LIMIT_FLAGS_AT = 16;

export function writeLimits(flags: number): Buffer {
  const bytes = Buffer.alloc(LIMITS_BYTES);
  bytes.writeUInt32LE(flags, LIMIT_FLAGS_AT);
  return bytes;
}

export function readLimitFlags(bytes: Buffer): number {
  return bytes.readUInt32LE(LIMIT_FLAGS_AT);
}

/** JOBOBJECT_BASIC_PROCESS_ID_LIST: two counts, then 8 bytes for each pid. */
const PID_LIST_HEADER = 8;
const PID_BYTES = 8;

/** Makes a buffer with space for this number of pids. */
export function makePidList(capacity: number): Buffer {
  return Buffer.alloc(PID_LIST_HEADER + capacity * PID_BYTES);
}

/** Null when the list has fewer pids than the job has: read it again with more space. */
export function readPidList(bytes: Buffer): number[] | null {
  const assigned = bytes.readUInt32LE(0);
  const listed = bytes.readUInt32LE(4);
  if (listed < assigned) return null;
  return Array.from({ length: listed }, (_, at) =>
    Number(bytes.readBigUInt64LE(PID_LIST_HEADER + at * PID_BYTES)),
  );
}

/** How many processes are in the job, to size the next buffer. */
export function countAssigned(bytes: Buffer): number {
  return bytes.readUInt32LE(0);
}

/** JOBOBJECT_BASIC_ACCOUNTING_INFORMATION. */
export const COUNTS_BYTES = 48;

/** How many processes of the job run now. */
export function readActiveProcesses(counts: Buffer): number {
  return counts.readUInt32LE(40);
}

/** The kernel's figures of what a Job Object has used since it was made, ended processes too. */
export type JobAccounting = {
  readonly cpuMs: number;
  /** The number of processes that run now. */
  readonly activeProcesses: number;
  /** The bytes of all reads, from any source; null when the system does not count them. */
  readonly readBytes: number | null;
  readonly writtenBytes: number | null;
};

/** JOBOBJECT_BASIC_AND_IO_ACCOUNTING_INFORMATION: the counts, then IO_COUNTERS. */
export const ACCOUNTING_BYTES = 96;
const TICKS_PER_MS = 10_000n;

/** Reads either of the two structures. */
export function readAccounting(bytes: Buffer): JobAccounting {
  const ticks = bytes.readBigInt64LE(0) + bytes.readBigInt64LE(8);
  const countsIo = bytes.length >= ACCOUNTING_BYTES;
  return {
    cpuMs: Number(ticks / TICKS_PER_MS),
    activeProcesses: readActiveProcesses(bytes),
    readBytes: countsIo ? Number(bytes.readBigUInt64LE(72)) : null,
    writtenBytes: countsIo ? Number(bytes.readBigUInt64LE(80)) : null,
  };
}

/** Ticks from 1601, where a FILETIME begins, to 1970. */
const TICKS_TO_1970 = 116_444_736_000_000_000n;

/** From the year 10000 on, ISO 8601 needs a sign. */
const TOO_LATE_MS = Date.UTC(10_000, 0);

/**
 * The instant of a FILETIME in decimal. Null when it is before 1970 or far in the future: Windows
 * gives such a time for a process that begins or ends at that moment.
 */
export function readFiletime(ticks: string): Date | null {
  const ms = Number((BigInt(ticks) - TICKS_TO_1970) / TICKS_PER_MS);
  return ms < 0 || ms >= TOO_LATE_MS ? null : new Date(ms);
}

/** An entry of the process table, as Toolhelp32 returns it. */
export type ListedProcess = {
  readonly pid: number;
  /** The process that started this one. It may have ended, and its pid may be in use again. */
  readonly parentPid: number;
  /** The file name of the program. */
  readonly name: string;
  readonly threads: number;
};

/** PROCESSENTRY32W. */
const ENTRY_BYTES = 568;
const NAME_AT = 44;
const NAME_UNITS = 260;

/** Makes an empty entry. Windows reads the size of the entry from it. */
export function makeProcessEntry(): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  entry.writeUInt32LE(ENTRY_BYTES, 0);
  return entry;
}

export function readProcessEntry(entry: Buffer): ListedProcess {
  const name = entry.toString('utf16le', NAME_AT, NAME_AT + NAME_UNITS * 2);
  const end = name.indexOf('\0');
  return {
    pid: entry.readUInt32LE(8),
    parentPid: entry.readUInt32LE(32),
    name: end < 0 ? name : name.slice(0, end),
    threads: entry.readUInt32LE(28),
  };
}
