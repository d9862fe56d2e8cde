import { expect, test } from 'vitest';
import {
  parseBsdInfo,
  parseCoalition,
  parseShortInfo,
  parseUniqueIds,
  takeEnvironment,
} from './structs.ts';

// These bytes follow the structs of Apple's headers. They were not recorded on a Mac.
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const SHORT = hex(`e8030000 f4010000 e7030000 04000000 61657265 6e646572 00000000 00000000
  00400000 f5010000 14000000 f5010000 14000000 f5010000 14000000 00000000`);
const LONG_START = `14400000 02000000 00000000 e8030000 f4010000 f5010000 14000000 f5010000
  14000000 f5010000 14000000 00000000 61667466 78000000 00000000 00000000`;
const NAME = '41667465 72204566 66656374 73000000 00000000 00000000 00000000 00000000';
const LONG_END =
  '08000000 e7030000 00000000 ffffffff 00000000 00000000 d5120169 00000000 90d00300 00000000';
const NO_NAME = '00'.repeat(32);
const UNIQUE = hex(`00112233 44556677 8899aabb ccddeeff 0700000000010000 5a00000000000000
  07000000 09000000 0000000000000000 0000000000000000`);
const COALITION = hex(`3200000000000000 3300000000000000 ${'00'.repeat(24)}`);

test('the short information', () => {
  expect(SHORT).toHaveLength(64);
  expect(parseShortInfo(SHORT)).toEqual({
    pid: 1000,
    parentPid: 500,
    groupId: 999,
    state: 'T',
    name: 'aerender',
  });
});

test.each([
  ['its name', NAME, 'After Effects'],
  ['the name of its file where it has none', NO_NAME, 'aftfx'],
])('the long information gives its start and %s', (_, name, expected) => {
  const info = hex(LONG_START + name + LONG_END);
  expect(info).toHaveLength(136);
  expect(parseBsdInfo(info)).toEqual({ name: expected, startedAtMs: 0x690112d5 * 1000 + 250 });
});

test('ids have 64 bits', () => {
  expect(UNIQUE).toHaveLength(56);
  expect(parseUniqueIds(UNIQUE)).toEqual({
    uniqueId: '1099511627783',
    parentUniqueId: '90',
    version: 7,
    parentVersion: 9,
  });
  expect(COALITION).toHaveLength(40);
  expect(parseCoalition(COALITION)).toBe('50');
});

const count = (args: number) => Buffer.from([args, 0, 0, 0]).toString('latin1');
test.each([
  ['is after path and arguments', `${count(2)}/bin/ae\0\0ae\0-x\0A=1\0B=2\0`, 'A=1\0B=2\0'],
  ['does not begin with an empty argument', `${count(2)}/bin/ae\0\0\0ae\0-x\0A=1\0`, 'A=1\0'],
  ['is empty where the kernel left it out', `${count(2)}/bin/ae\0\0ae\0-x\0`, ''],
  ['is empty where the arguments are cut', `${count(3)}/bin/ae\0\0ae\0-x`, ''],
  ['is empty in an empty buffer', '', ''],
  ['is empty in a buffer without an end', `${count(0)}/bin/ae`, ''],
])('the environment %s', (_, args, environment) => {
  expect(takeEnvironment(Buffer.from(args, 'latin1'))).toBe(environment);
});
