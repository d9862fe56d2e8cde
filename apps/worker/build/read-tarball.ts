import { gunzipSync } from 'node:zlib';

const BLOCK = 512;

/** The files of a package's tarball, by their path in the package. npm packs no links. */
export function readTarball(packed: Uint8Array): Map<string, Uint8Array> {
  const bytes = gunzipSync(packed);
  const files = new Map<string, Uint8Array>();
  const textAt = (start: number, length: number) =>
    bytes.toString('utf8', start, start + length).replace(/\0.*$/s, '');
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const name = [textAt(at + 345, 155), textAt(at, 100)].filter((part) => part !== '').join('/');
    const size = Number.parseInt(textAt(at + 124, 12).trim(), 8);
    const kind = textAt(at + 156, 1);
    const start = at + BLOCK;
    // npm puts everything into one folder, `package`.
    if (kind === '' || kind === '0')
      files.set(name.slice(name.indexOf('/') + 1), bytes.subarray(start, start + size));
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
