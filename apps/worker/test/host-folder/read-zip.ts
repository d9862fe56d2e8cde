import { inflateRawSync } from 'node:zlib';

export type ZipEntry = { path: string; time: number; mode: number; bytes: Buffer };

/** The entries of a zip in their order, read from its directory. */
export function readZip(zip: Buffer): ZipEntry[] {
  const end = zip.length - 22;
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const nameLength = zip.readUInt16LE(at + 28);
    const packed = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const entry = {
      path: zip.toString('utf8', at + 46, at + 46 + nameLength),
      time: zip.readUInt32LE(at + 12),
      mode: zip.readUInt32LE(at + 38) >>> 16,
      bytes: inflateRawSync(zip.subarray(start, start + packed)),
    };
    at += 46 + nameLength;
    return entry;
  });
}
