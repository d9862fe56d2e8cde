/*
 * What the structures of Windows (x64) say of the machine and its boot, as bytes at fixed offsets.
 * Pure: it runs on every system, and its test holds recorded bytes.
 */
import { createHash } from 'node:crypto';

/** SYSTEM_TIMEOFDAY_INFORMATION. */
export const TIME_OF_DAY_BYTES = 48;
const TICKS_PER_MS = 10_000n;

export type TimeOfDay = {
  /** When the kernel started, a FILETIME: the same for each reader in one boot. */
  readonly bootTime: bigint;
  /** How long ago that was, sleep included. */
  readonly uptimeMs: number;
};

export function readTimeOfDay(bytes: Buffer): TimeOfDay {
  const [booted, now] = [bytes.readBigInt64LE(0), bytes.readBigInt64LE(8)];
  const [setBy, asleep] = [bytes.readBigInt64LE(32), bytes.readBigInt64LE(40)];
  return {
    // Whoever sets the clock moves the boot time too. The kernel counts by how much.
    bootTime: booted - setBy,
    // Where sleep moved the boot time, it is counted here; elsewhere twice, which claims no reboot.
    uptimeMs: Number((now - booted + asleep) / TICKS_PER_MS),
  };
}

/**
 * Names a boot. The boot time may be a whole second, the same for two clones that start together.
 * `secret` is a random number that the kernel draws once per boot. Programs encode pointers with
 * it, so only 16 bits of a hash of it are told.
 */
export function nameBoot(bootTime: bigint, secret: number): string {
  const hash = createHash('sha256').update(`${bootTime} ${secret}`).digest('hex');
  return `${bootTime}-${hash.slice(0, 4)}`;
}

/** RawSMBIOSData before its table. */
const SMBIOS_HEADER = 8;
const SYSTEM_INFORMATION = 1;
const END_OF_TABLE = 127;
const UUID_AT = 8;
const UUID_BYTES = 16;

/** The UUID of the hardware in an SMBIOS table; null where it has none. */
export function findHardwareId(bytes: Buffer): string | null {
  for (let at = SMBIOS_HEADER; at + 4 <= bytes.length; ) {
    const [type, length = 0] = bytes.subarray(at, at + 2);
    if (type === END_OF_TABLE || length < 4) return null;
    if (type === SYSTEM_INFORMATION) {
      const end = at + Math.min(length, UUID_AT + UUID_BYTES);
      return readUuid(bytes.subarray(at + UUID_AT, end));
    }
    // The texts of a structure follow it. Two zeros end them.
    const texts = bytes.indexOf('\0\0', at + length, 'latin1');
    if (texts < 0) return null;
    at = texts + 2;
  }
  return null;
}

/** Null where the maker has set none: all bits are 0, or all are 1. */
function readUuid(bytes: Buffer): string | null {
  const isSet = bytes.some((byte) => byte !== 0) && bytes.some((byte) => byte !== 255);
  if (bytes.length < UUID_BYTES || !isSet) return null;
  // The first three fields are little-endian (SMBIOS 2.6).
  const fields = [
    [3, 2, 1, 0],
    [5, 4],
    [7, 6],
    [8, 9],
    [10, 11, 12, 13, 14, 15],
  ];
  return fields.map((order) => order.map((at) => hex(bytes[at] ?? 0)).join('')).join('-');
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
