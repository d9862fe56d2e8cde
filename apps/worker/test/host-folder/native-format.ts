import type { Target } from '../../build/index.ts';

/** Whether a native module has the binary format and the processor of this system. */
export const hasNativeFormat: Record<Target, (bytes: Buffer) => boolean> = {
  'win32-x64': (bytes) => {
    const header = bytes.readUInt32LE(60);
    return (
      bytes.toString('latin1', 0, 2) === 'MZ' &&
      bytes.toString('latin1', header, header + 4) === 'PE\0\0' &&
      bytes.readUInt16LE(header + 4) === 0x8664
    );
  },
  'linux-x64': (bytes) =>
    bytes.toString('latin1', 0, 4) === '\x7fELF' && bytes.readUInt16LE(18) === 62,
  // Macs with Apple's own processors load only signed modules.
  'darwin-arm64': (bytes) => isMachO(bytes, 0x0100000c) && hasLoadCommand(bytes, 0x1d),
  'darwin-x64': (bytes) => isMachO(bytes, 0x01000007),
};

/** `processor`: `cputype` of mach/machine.h. */
function isMachO(bytes: Buffer, processor: number): boolean {
  return bytes.readUInt32LE(0) === 0xfeedfacf && bytes.readUInt32LE(4) === processor;
}

/** Whether one of the load commands after the header is this one (mach-o/loader.h). */
function hasLoadCommand(bytes: Buffer, command: number): boolean {
  const count = bytes.readUInt32LE(16);
  let at = 32;
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) === command) return true;
    at += bytes.readUInt32LE(at + 4);
  }
  return false;
}
