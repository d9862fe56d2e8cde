import { expect, test } from 'vitest';
import {
  countAssigned,
  makePidList,
  readAccounting,
  readActiveProcesses,
  readFiletime,
  readLimitFlags,
  readPidList,
  readProcessEntry,
  writeLimits,
} from './structs.ts';

const bytes = (hex: string, length: number) => {
  const whole = Buffer.alloc(length);
  Buffer.from(hex.replace(/\s/g, ''), 'hex').copy(whole);
  return whole;
};

test('the limits are written at the place where Windows reads them', () => {
  const limits = writeLimits(0x2400);
  expect(limits).toHaveLength(144);
  expect(limits.subarray(16, 20).toString('hex')).toBe('00240000');
  expect(readLimitFlags(limits)).toBe(0x2400);
});

test('a complete list of members is read; an incomplete list gives null', () => {
  const list = bytes('02000000 02000000 8c00000000000000 d801000000000000', 40);
  expect(readPidList(list)).toEqual([140, 472]);
  const part = bytes('34000000 02000000 8c00000000000000 d801000000000000', 24);
  expect(readPidList(part)).toBeNull();
  expect(countAssigned(part)).toBe(52);
  expect(makePidList(2)).toHaveLength(24);
});

test('the counts give processor time, and bytes only if they contain bytes', () => {
  const counts = Buffer.alloc(96);
  counts.writeBigInt64LE(15_000_000n, 0);
  counts.writeBigInt64LE(5_000_000n, 8);
  counts.writeUInt32LE(9, 36);
  counts.writeUInt32LE(3, 40);
  counts.writeBigUInt64LE(7_000_000_000n, 72);
  counts.writeBigUInt64LE(11n, 80);
  const used = { cpuMs: 2000, activeProcesses: 3 };
  expect(readAccounting(counts)).toEqual({ ...used, readBytes: 7_000_000_000, writtenBytes: 11 });
  expect(readAccounting(counts.subarray(0, 48))).toEqual({
    ...used,
    readBytes: null,
    writtenBytes: null,
  });
  expect(readActiveProcesses(counts)).toBe(3);
});

// Recorded from Process32NextW of Wine 10.
test('an entry of the process table gives pid, parent, threads and name', () => {
  const entry = bytes(
    `38020000 00000000 38000000 00000000 0000000000000000 00000000 0a000000 28000000 02000000
     00000000 730065007200760069006300650073002e00650078006500`,
    568,
  );
  expect(readProcessEntry(entry)).toEqual({
    pid: 56,
    parentPid: 40,
    threads: 10,
    name: 'services.exe',
  });
});

test('a creation time is read as an instant', () => {
  expect(readFiletime('134401601515640630')?.toISOString()).toBe('2026-11-26T09:49:11.564Z');
  for (const none of ['0', '116444735999990000', '9223372036854775807', '18446744073709551615'])
    expect(readFiletime(none)).toBeNull();
});
