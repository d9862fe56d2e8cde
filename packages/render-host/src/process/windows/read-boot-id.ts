import { openLibrary } from './load-windows-api.ts';
import { nameBoot, readTimeOfDay, TIME_OF_DAY_BYTES, type TimeOfDay } from './system-facts.ts';

const SYSTEM_TIME_OF_DAY = 3;
/** KUSER_SHARED_DATA is at this address in every process. This is its field Cookie. */
const SECRET_AT = 0x7ffe_0330;

let loaded: ReturnType<typeof bind> | null = null;

/** All readers in one boot get the same id, even if the clock is set. Each boot has a new one. */
export function readBootId(): string {
  const clock = load();
  return nameBoot(clock.readTimeOfDay().bootTime, clock.readSecret());
}

/** How long this machine has been up. Time asleep counts. */
export function readUptimeMs(): number {
  return load().readTimeOfDay().uptimeMs;
}

function load(): ReturnType<typeof bind> {
  loaded ??= bind();
  return loaded;
}

function bind() {
  const { library: ntdll } = openLibrary('ntdll.dll');
  const { library: kernel32 } = openLibrary('kernel32.dll');
  // Under Wine, a call of ntdll with fewer than five arguments hangs: koffi's stack ends there.
  const query: (what: number, into: Buffer, bytes: number, needed: null, spare: number) => number =
    ntdll.func(
      'int NtQuerySystemInformation(int what, void *into, uint32_t bytes, void *needed, ' +
        'intptr_t spare)',
    );
  const copy: (into: Buffer, from: number, bytes: number) => void = kernel32.func(
    'void RtlMoveMemory(void *into, intptr_t from, size_t bytes)',
  );
  return {
    readTimeOfDay(): TimeOfDay {
      const answer = Buffer.alloc(TIME_OF_DAY_BYTES);
      const status = query(SYSTEM_TIME_OF_DAY, answer, answer.length, null, 0);
      if (status === 0) return readTimeOfDay(answer);
      throw new Error(`Windows does not tell when it has booted (status ${status}).`);
    },
    readSecret(): number {
      const answer = Buffer.alloc(4);
      copy(answer, SECRET_AT, answer.length);
      return answer.readUInt32LE(0);
    },
  };
}
