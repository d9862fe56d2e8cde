import { openLibrary } from './load-windows-api.ts';
import { findHardwareId } from './system-facts.ts';

const SMBIOS = 0x5253_4d42;
const LOCAL_MACHINE = -0x7fff_fffe;
const TEXT_OF_64_BIT = 0x0001_0002;
const LONGEST_TEXT = 256;

let loaded: ReturnType<typeof bind> | null = null;

/** Made when Windows was set up. Copies of one image have the same id. Null: cannot be read. */
export function readMachineId(): string | null {
  const id = load().readText('SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid');
  return id !== null && /^[0-9a-f-]{36}$/i.test(id) ? id.toLowerCase() : null;
}

/** The UUID of the hardware or of the virtual machine; null when it has no UUID. */
export function readHardwareId(): string | null {
  return findHardwareId(load().readFirmware());
}

/** The session of this process; 0 is the session of services. Null when Windows does not say. */
export function readSession(): number | null {
  return load().readSession();
}

function load(): ReturnType<typeof bind> {
  loaded ??= bind();
  return loaded;
}

function bind() {
  return { ...bindMachine(), ...bindRegistry() };
}

function bindMachine() {
  const { library: kernel32 } = openLibrary('kernel32.dll');
  const firmware: (provider: number, table: number, into: Buffer, bytes: number) => number =
    kernel32.func(
      'uint32_t GetSystemFirmwareTable(uint32_t provider, uint32_t table, void *into, ' +
        'uint32_t bytes)',
    );
  const sessionOf: (pid: number, into: Buffer) => number = kernel32.func(
    'int ProcessIdToSessionId(uint32_t pid, void *into)',
  );
  return {
    /** Returns an empty table when Windows has none. */
    readFirmware(): Buffer {
      const table = Buffer.alloc(firmware(SMBIOS, 0, Buffer.alloc(0), 0));
      return table.subarray(0, firmware(SMBIOS, 0, table, table.length));
    },
    readSession(): number | null {
      const answer = Buffer.alloc(4);
      return sessionOf(process.pid, answer) === 0 ? null : answer.readUInt32LE(0);
    },
  };
}

function bindRegistry() {
  const { library: advapi32 } = openLibrary('advapi32.dll');
  type Read = [
    ...[key: number, name: string, value: string, flags: number, type: null],
    ...[into: Buffer, bytes: Buffer],
  ];
  const read: (...args: Read) => number = advapi32.func(
    'int RegGetValueW(intptr_t key, str16 name, str16 value, uint32_t flags, void *type, ' +
      'void *into, void *bytes)',
  );
  return {
    /** Null when there is no such text. */
    readText(key: string, value: string): string | null {
      const text = Buffer.alloc(LONGEST_TEXT);
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(text.length);
      const error = read(LOCAL_MACHINE, key, value, TEXT_OF_64_BIT, null, text, bytes);
      if (error !== 0) return null;
      return text.toString('utf16le', 0, bytes.readUInt32LE(0)).replace(/\0+$/, '');
    },
  };
}
