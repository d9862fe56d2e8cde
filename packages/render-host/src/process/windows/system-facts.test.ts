import { describe, expect, test } from 'vitest';
import { findHardwareId, nameBoot, readTimeOfDay } from './system-facts.ts';

/** Recorded under Wine 10 at 2026-11-26T09:47:11.891Z. */
const TIME_OF_DAY = `5ad6801b8b7ddd01${'8797401c8b7ddd01'}${'00'.repeat(32)}`;

describe('the time of day', () => {
  test('recorded bytes give the boot time and the uptime', () => {
    expect(readTimeOfDay(Buffer.from(TIME_OF_DAY, 'hex'))).toEqual({
      bootTime: 134401600306337370n,
      uptimeMs: 1256,
    });
  });

  const at = (booted: bigint, now: bigint, setBy: bigint, asleep = 0n) => {
    const bytes = Buffer.alloc(48);
    bytes.writeBigInt64LE(booted, 0);
    bytes.writeBigInt64LE(now, 8);
    bytes.writeBigInt64LE(setBy, 32);
    bytes.writeBigInt64LE(asleep, 40);
    return readTimeOfDay(bytes);
  };
  const BOOTED = 134_401_600_000_000_000n;
  const SECOND = 10_000_000n;

  test.each([
    ['forward by an hour', 3600n * SECOND],
    ['back by a day', -86_400n * SECOND],
  ])('setting the clock %s changes neither the boot time nor the uptime', (_what, step) => {
    const before = at(BOOTED, BOOTED + 90n * SECOND, 0n);
    expect(at(BOOTED + step, BOOTED + step + 90n * SECOND, step)).toEqual(before);
    expect(before).toEqual({ bootTime: BOOTED, uptimeMs: 90_000 });
  });

  test('the uptime counts time asleep, even if waking up moved the boot time', () => {
    const night = 28_800n * SECOND;
    const woken = at(BOOTED + night, BOOTED + night + 90n * SECOND, night, night);
    expect(woken).toEqual({ bootTime: BOOTED, uptimeMs: 90_000 + 28_800_000 });
  });
});

test('the name of a boot depends on its time and the secret; it does not tell the secret', () => {
  const name = nameBoot(134401600306337370n, 0xdead_beef);
  expect(name).toMatch(/^134401600306337370-[0-9a-f]{4}$/);
  expect(name).not.toMatch(/dead|beef/);
  expect(nameBoot(134401600306337370n, 0xdead_beef)).toBe(name);
  const others = [nameBoot(134401600306337370n, 0xdead_bee0), nameBoot(134401600306337371n, 0)];
  expect(new Set([name, ...others]).size).toBe(3);
});

describe('the hardware id', () => {
  const table = (...structures: readonly string[]) =>
    Buffer.from(`0003000100000000${structures.join('')}`, 'hex');
  const END = '7f0406000000';
  const systemOf = (uuid: string) => `011b010000000001${uuid}060000530000`;
  const SYSTEM = systemOf('e08d2021fbdd6f894fde550c98aff54d');

  test('recorded bytes give the UUID of WMI, with the bytes of its first fields reversed', () => {
    expect(findHardwareId(table(SYSTEM, END))).toBe('21208de0-ddfb-896f-4fde-550c98aff54d');
  });

  test('the id is found after other structures, with and without texts', () => {
    const bios = '00040000414d490042420000';
    const board = '020401000000';
    expect(findHardwareId(table(bios, board, SYSTEM, END))).toMatch(/^21208de0-/);
  });

  test.each([
    ['no UUID was set', table(systemOf('00'.repeat(16)), END)],
    ['no UUID can be set', table(systemOf('ff'.repeat(16)), END)],
    ['the structure is of an old SMBIOS', table('0108010000000001530000', END)],
    ['the table has no system', table('000400000000', END)],
    ['the table is cut', table(SYSTEM).subarray(0, 25)],
    ['the texts have no end', table('0004000041424344')],
    ['a structure has no length', table('00000000')],
    ['there is nothing', Buffer.alloc(0)],
  ])('there is no hardware id when %s', (_what, bytes) => {
    expect(findHardwareId(bytes)).toBeNull();
  });
});
