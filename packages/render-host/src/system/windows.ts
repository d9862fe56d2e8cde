import { openLibrary } from '../process/windows/load-windows-api.ts';
import { readSession } from '../process/windows/read-machine.ts';

/** Questions that only Windows can answer. */
export type Windows = {
  readonly registry: Registry;
  /** The session of this process; 0 is the session of services, which has no desktop. */
  readSession(): number | null;
  /** The session at the screen and keyboard; null when no session can be there. */
  readConsoleSession(): number | null;
  isAdministrator(): boolean;
  /** After how many minutes the computer sleeps on mains power; 0: never. */
  readSleepMinutes(): number | null;
  /** Whether the path is on a drive letter that this session alone maps to a share. */
  isMappedDrive(path: string): boolean;
};

const NO_SESSION = 0xffff_ffff;
const REMOTE_DRIVE = 4;
const DRIVE = /^[a-z]:/i;

/** Binds these calls of Windows by koffi. Only Windows loads them. */
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

/** Reads the power scheme that is in use. */
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
    return null; // this version of Windows has no such call
  }
}

/** A GUID in the form of Windows: the first three numbers are little-endian. */
function guid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}

/** HKCU: the keys of this user. HKLM: the keys of the whole computer. */
type Hive = 'HKCU' | 'HKLM';

type Registry = {
  /** Null when the value does not exist or may not be read. */
  readText(hive: Hive, key: string, name: string): string | null;
  readNumber(hive: Hive, key: string, name: string): number | null;
  /** The names of the values of a key; null when the key is missing or may not be read. */
  listNames(hive: Hive, key: string): readonly string[] | null;
  /** Writes a number of 32 bits and creates the key if needed. False when this user may not. */
  writeNumber(hive: Hive, key: string, name: string, value: number): boolean;
};

const HIVES = { HKCU: -0x7fff_ffff, HKLM: -0x7fff_fffe } as const satisfies Record<Hive, number>;
const READ = 0x2_0119;
const WRITE = 0x2_0106;
const TEXT = 1;
const TEXT_WITH_VARIABLES = 2;
const NUMBER = 4;
const LONGEST_NAME = 16_384;

/** Opens the registry of this computer as 64-bit programs see it. */
function openRegistry(): Registry {
  const calls = bind(openLibrary('advapi32.dll').library);
  /** Null when the key cannot be opened. */
  const within = <Value>(hive: Hive, key: string, work: (handle: bigint) => Value) => {
    const handle = Buffer.alloc(8);
    if (calls.open(HIVES[hive], key, 0, READ, handle) !== 0) return null;
    try {
      return work(handle.readBigInt64LE(0));
    } finally {
      calls.close(handle.readBigInt64LE(0));
    }
  };
  const read = (hive: Hive, key: string, name: string, kinds: readonly number[]) =>
    within(hive, key, (handle) => {
      const [kind, size] = [Buffer.alloc(4), Buffer.alloc(4)];
      const into = Buffer.alloc(64 * 1024);
      size.writeUInt32LE(into.length);
      if (calls.query(handle, name, null, kind, into, size) !== 0) return null;
      return kinds.includes(kind.readUInt32LE(0)) ? into.subarray(0, size.readUInt32LE(0)) : null;
    });
  return {
    readText(hive, key, name) {
      const bytes = read(hive, key, name, [TEXT, TEXT_WITH_VARIABLES]);
      return bytes === null ? null : bytes.toString('utf16le').replace(/\0+$/, '');
    },
    readNumber(hive, key, name) {
      const bytes = read(hive, key, name, [NUMBER]);
      return bytes === null ? null : bytes.readUInt32LE(0);
    },
    listNames: (hive, key) =>
      within(hive, key, (handle) => {
        const names: string[] = [];
        for (;;) {
          const [name, size] = [Buffer.alloc(LONGEST_NAME * 2), Buffer.alloc(4)];
          size.writeUInt32LE(LONGEST_NAME);
          if (calls.list(handle, names.length, name, size, null, null, null, null) !== 0)
            return names;
          names.push(name.toString('utf16le', 0, size.readUInt32LE(0) * 2));
        }
      }),
    writeNumber(hive, key, name, value) {
      const handle = Buffer.alloc(8);
      if (calls.create(HIVES[hive], key, 0, null, 0, WRITE, null, handle, null) !== 0) return false;
      const data = Buffer.alloc(4);
      data.writeUInt32LE(value);
      const error = calls.set(handle.readBigInt64LE(0), name, 0, NUMBER, data, data.length);
      calls.close(handle.readBigInt64LE(0));
      return error === 0;
    },
  };
}

type Library = ReturnType<typeof import('koffi')['load']>;
type Key = number | bigint;

function bind(advapi32: Library) {
  const open: (key: Key, path: string, o: number, access: number, into: Buffer) => number =
    advapi32.func(
      'int RegOpenKeyExW(intptr_t key, str16 path, uint32_t options, uint32_t access, void *into)',
    );
  const create: (
    ...args: [Key, string, number, null, number, number, null, Buffer, null]
  ) => number = advapi32.func(
    'int RegCreateKeyExW(intptr_t key, str16 path, uint32_t reserved, void *class, ' +
      'uint32_t options, uint32_t access, void *security, void *into, void *disposition)',
  );
  const query: (...args: [Key, string, null, Buffer, Buffer, Buffer]) => number = advapi32.func(
    'int RegQueryValueExW(intptr_t key, str16 name, void *reserved, void *kind, void *into, ' +
      'void *size)',
  );
  const list: (...args: [Key, number, Buffer, Buffer, null, null, null, null]) => number =
    advapi32.func(
      'int RegEnumValueW(intptr_t key, uint32_t index, void *name, void *size, void *reserved, ' +
        'void *kind, void *into, void *bytes)',
    );
  const set: (...args: [Key, string, number, number, Buffer, number]) => number = advapi32.func(
    'int RegSetValueExW(intptr_t key, str16 name, uint32_t reserved, uint32_t kind, void *data, ' +
      'uint32_t bytes)',
  );
  const close: (key: Key) => number = advapi32.func('int RegCloseKey(intptr_t key)');
  return { open, create, query, list, set, close };
}
