import { openLibrary } from '../process/windows/load-windows-api.ts';
import { readSession } from '../process/windows/read-machine.ts';
import { openRegistry, type Registry } from './windows-registry.ts';

/** What only Windows is asked. */
export type Windows = {
  readonly registry: Registry;
  /** The session of this process; 0 is the one of services, which has no desktop. */
  readSession(): number | null;
  /** The session at the screen and keyboard; null where nobody can be there. */
  readConsoleSession(): number | null;
  /** Whether this process has the rights of an administrator. */
  isAdministrator(): boolean;
  /** Minutes after which the computer sleeps on mains power; 0: never. */
  readSleepMinutes(): number | null;
  /** Whether this path is on a drive letter that Windows maps to a share, for this session only. */
  isMappedDrive(path: string): boolean;
};

const NO_SESSION = 0xffff_ffff;
const REMOTE_DRIVE = 4;
const DRIVE = /^[a-z]:/i;

/** The calls of Windows for this, bound by koffi. Loaded on Windows only. */
export function loadWindows(): Windows {
  const { library: kernel32 } = openLibrary('kernel32.dll');
  const { library: shell32 } = openLibrary('shell32.dll');
  const consoleSession: () => number = kernel32.func('uint32_t WTSGetActiveConsoleSessionId()');
  const driveType: (root: string) => number = kernel32.func('uint32_t GetDriveTypeW(str16 root)');
  const isAdmin: () => number = shell32.func('int IsUserAnAdmin()');
  return {
    registry: openRegistry(),
    readSession,
    readConsoleSession() {
      const session = consoleSession();
      return session === NO_SESSION ? null : session;
    },
    isAdministrator: () => isAdmin() !== 0,
    readSleepMinutes,
    isMappedDrive: (path) =>
      DRIVE.test(path) && driveType(`${path.slice(0, 2)}\\`) === REMOTE_DRIVE,
  };
}

const SLEEP_GROUP = guid('238c9fa8-0aad-41ed-83f4-97be242c8f20');
const SLEEP_AFTER = guid('29f6c1db-86da-48c5-9fdb-f2b67b1f44da');

/** Asks the power scheme that is in force. */
function readSleepMinutes(): number | null {
  try {
    const { library: powrprof } = openLibrary('powrprof.dll');
    const getScheme: (root: number, into: Buffer) => number = powrprof.func(
      'uint32_t PowerGetActiveScheme(intptr_t root, void *into)',
    );
    const readValue: (r: number, scheme: bigint, g: Buffer, s: Buffer, into: Buffer) => number =
      powrprof.func(
        'uint32_t PowerReadACValueIndex(intptr_t root, intptr_t scheme, void *group, ' +
          'void *setting, void *into)',
      );
    const scheme = Buffer.alloc(8);
    if (getScheme(0, scheme) !== 0) return null;
    const seconds = Buffer.alloc(4);
    const error = readValue(0, scheme.readBigInt64LE(0), SLEEP_GROUP, SLEEP_AFTER, seconds);
    return error === 0 ? Math.ceil(seconds.readUInt32LE(0) / 60) : null;
  } catch {
    return null; // this Windows has no such call
  }
}

/** A GUID as Windows keeps it: the first three numbers are little-endian. */
function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
