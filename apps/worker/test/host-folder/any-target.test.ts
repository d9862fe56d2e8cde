import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHostFolder, TARGETS, type Target } from '../../build/index.ts';

/** The first bytes of a native module: its format and its processor. */
const NATIVE: Record<Target, (bytes: Buffer) => boolean> = {
  'win32-x64': (bytes) =>
    bytes.toString('latin1', 0, 2) === 'MZ' &&
    bytes.toString('latin1', bytes.readUInt32LE(60), bytes.readUInt32LE(60) + 4) === 'PE\0\0' &&
    bytes.readUInt16LE(bytes.readUInt32LE(60) + 4) === 0x8664,
  'linux-x64': (bytes) =>
    bytes.toString('latin1', 0, 4) === '\x7fELF' && bytes.readUInt16LE(18) === 62,
  'darwin-arm64': (bytes) =>
    bytes.readUInt32LE(0) === 0xfeedfacf && bytes.readUInt32LE(4) === 0x0100000c,
  'darwin-x64': (bytes) =>
    bytes.readUInt32LE(0) === 0xfeedfacf && bytes.readUInt32LE(4) === 0x01000007,
};

let into: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  into = await temporaryFolder('host-folder');
});
afterAll(() => into.remove());

describe.each(TARGETS)('the folder for %s', (target) => {
  let folder = '';
  beforeAll(async () => {
    folder = await buildHostFolder({ target, into: into.path });
  });

  test('has the native part of koffi for this system', async () => {
    const [system, processor] = target.split('-');
    const path = `node_modules/@koromix/koffi-${target}/${system}_${processor}/koffi.node`;
    const bytes = await readFile(join(folder, path));
    expect(NATIVE[target](bytes)).toBe(true);
  });
});
