import { openLibrary } from './load-windows-api.ts';
import type { Handle } from './windows-api.ts';

/** What Windows tells of the usage of one process; null where it does not. */
export type UsageApi = {
  /** The bytes of memory that it has now. */
  readWorkingSet(process: Handle): number | null;
  /** The bytes that it has read so far, from anywhere. */
  readBytesRead(process: Handle): number | null;
};

/** PROCESS_MEMORY_COUNTERS: its size, which it begins with. */
const COUNTERS_BYTES = 72;
const WORKING_SET_AT = 16;
/** IO_COUNTERS: three counts of operations, then three of bytes. */
const IO_BYTES = 48;
const BYTES_READ_AT = 24;

let loaded: UsageApi | null = null;

export function loadUsageApi(): UsageApi {
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
