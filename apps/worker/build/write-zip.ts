/*
 * Writes a zip whose bytes depend on its files only: entries sorted by path, one fixed time, and
 * nothing of the machine that wrote it. Two versions of Node may compress differently.
 */
import { crc32, deflateRawSync } from 'node:zlib';
import { type PlannedFiles, sortFiles } from './planned-files.ts';

/** 1980-01-01 00:00, the first time that a zip can hold. */
const TIME = 0;
const DATE = 0x21;
const UTF_8 = 0x0800;
const DEFLATED = 8;
/** Made on Unix, by version 3.0 of the format: the mode of a file counts. */
const MADE_BY = 0x031e;
const NEEDS = 20;

/** The zip, with everything below one folder of this name. */
export function writeZip(files: PlannedFiles, folder: string): Buffer {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [path, { bytes, isProgram }] of sortFiles(files)) {
    const name = Buffer.from(`${folder}/${path}`);
    const packed = deflateRawSync(bytes, { level: 9 });
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(NEEDS, 0);
    facts.writeUInt16LE(UTF_8, 2);
    facts.writeUInt16LE(DEFLATED, 4);
    facts.writeUInt16LE(TIME, 6);
    facts.writeUInt16LE(DATE, 8);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(name.length, 22);
    parts.push(signature(0x04034b50), facts, name, packed);

    const made = Buffer.alloc(2);
    made.writeUInt16LE(MADE_BY, 0);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(((isProgram ? 0o100755 : 0o100644) << 16) >>> 0, 6);
    more.writeUInt32LE(offset, 10);
    directory.push(signature(0x02014b50), made, facts, more, name);
    offset += 4 + facts.length + name.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.size, 4);
  end.writeUInt16LE(files.size, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, entries, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
