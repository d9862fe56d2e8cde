/*
 * Reads facts of the machine and its boot from structures of Windows (x64), as bytes at fixed
 * offsets. These functions are pure: they run on every system, and their tests use recorded bytes.
 */
import { createHash } from 'node:crypto';

/** SYSTEM_TIMEOFDAY_INFORMATION. */
export const TIME_OF_DAY_BYTES = 48;
const TICKS_PER_MS = 10_000n;

export type TimeOfDay = {
  /** When the kernel started, as a FILETIME. All readers in one boot get the same value. */
  readonly bootTime: bigint;
  /** The time since then. Time asleep counts. */
  readonly uptimeMs: number;
};

export function readTimeOfDay(bytes: Buffer): TimeOfDay {
  const [booted, now] = [bytes.readBigInt64LE(0), bytes.readBigInt64LE(8)];
  const [setBy, asleep] = [bytes.readBigInt64LE(32), bytes.readBigInt64LE(40)];
  return {
    // Setting the clock moves the boot time too. The kernel counts by how much, so subtract that.
    bootTime: booted - setBy,
    // If sleep has moved the boot time, this adds the sleep back. If not, sleep counts twice, and
    // the longer uptime claims no reboot.
    uptimeMs: Number((now - booted + asleep) / TICKS_PER_MS),
  };
}

/**
 * Names a boot. The boot time may be a whole second, so two clones that start together may have the
 * same one. `secret` is a random number that the kernel draws in each boot. Programs encode
 * pointers with it, so the name contains only 16 bits of a hash of it.
 */
export function nameBoot(bootTime: bigint, secret: number): string {
  const hash = createHash('sha256').update(`${bootTime} ${secret}`).digest('hex');
  return `${bootTime}-${hash.slice(0, 4)}`;
}

/** The size of RawSMBIOSData before its table. */
const SMBIOS_HEADER = 8;
const SYSTEM_INFORMATION = 1;
const END_OF_TABLE = 127;
const UUID_AT = 8;
const UUID_BYTES = 16;

/** Finds the UUID of the hardware in an SMBIOS table; null when the table has none. */
export function findHardwareId(bytes: Buffer): string | null {
  for (let at = SMBIOS_HEADER; at + 4 <= bytes.length; ) {
    const [type, length = 0] = bytes.subarray(at, at + 2);
    if (type === END_OF_TABLE || length < 4) return null;
    if (type === SYSTEM_INFORMATION) {
      const end = at + Math.min(length, UUID_AT + UUID_BYTES);
      return readUuid(bytes.subarray(at + UUID_AT, end));
    }
    // The texts of a structure come after it. Two zero bytes end them.
    const texts = bytes.indexOf('\0\0', at + length, 'latin1');
    if (texts < 0) return null;
    at = texts + 2;
  }
  return null;
}

/** Null when the maker has set no UUID: all bits are 0, or all bits are 1. */
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
