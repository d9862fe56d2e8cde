import { readFileSync } from 'node:fs';
import { openLibrary } from './load-windows-api.ts';

const SYSTEM_TIME_OF_DAY = 3;

/** New with each boot of this host. */
export function readBootId(): string {
  const { library: ntdll } = openLibrary('ntdll.dll');
  // Calls of ntdll hang where koffi makes them under Wine, and a boot there is one of Linux.
  if (hasWineVersion(ntdll))
    return readFileSync('Z:\\proc\\sys\\kernel\\random\\boot_id', 'latin1').trim();
  const query: (what: number, into: Buffer, bytes: number, needed: null) => number = ntdll.func(
    'int NtQuerySystemInformation(int what, void *into, uint32_t bytes, void *needed)',
  );
  const answer = Buffer.alloc(48);
  const status = query(SYSTEM_TIME_OF_DAY, answer, answer.length, null);
  if (status !== 0) throw new Error(`Windows does not tell when it has booted (${status}).`);
  // The first is moved when the clock is set; the bias takes that back.
  return String(answer.readBigInt64LE(0) - answer.readBigInt64LE(32));
}

function hasWineVersion(ntdll: ReturnType<typeof openLibrary>['library']): boolean {
  try {
    ntdll.func('str wine_get_version()');
    return true;
  } catch {
    return false;
  }
}
