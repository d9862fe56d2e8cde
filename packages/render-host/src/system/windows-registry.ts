import { openLibrary } from '../process/windows/load-windows-api.ts';

/** The keys of this user, and those of the whole computer. */
export type Hive = 'HKCU' | 'HKLM';

export type Registry = {
  /** Null where there is no such value, or it may not be read. */
  readText(hive: Hive, key: string, name: string): string | null;
  readNumber(hive: Hive, key: string, name: string): number | null;
  /** The names of the values of a key; null where it may not be read, and where it is missing. */
  listNames(hive: Hive, key: string): readonly string[] | null;
  /** Writes a number of 32 bits, and makes the key. False where this user may not. */
  writeNumber(hive: Hive, key: string, name: string, value: number): boolean;
};

const HIVES = { HKCU: -0x7fff_ffff, HKLM: -0x7fff_fffe } as const satisfies Record<Hive, number>;
const READ = 0x2_0119;
const WRITE = 0x2_0106;
const TEXT = 1;
const TEXT_WITH_VARIABLES = 2;
const NUMBER = 4;
const LONGEST_NAME = 16_384;

/** The registry of this computer, as its 64-bit programs see it. */
export function openRegistry(): Registry {
  const calls = bind(openLibrary('advapi32.dll').library);
  /** Null where the key cannot be opened. */
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
