import { expect, test } from 'vitest';
import { findVariable, linuxListing, parseStat, sortNewestFirst } from './linux.ts';

const stat = (name: string) =>
  `4963 (${name}) R 4960 4961 3319 0 -1 4194304 2286 0 0 0 6 1 0 0 20 0 7 0 63673 ` +
  '747536384 10557 18446744073709551615 11956224 41943521';

test.each(['node', 'tmux: server', 'a) R 1 (b', ')', 'AfterFX.com'])(
  'a stat line is read, whatever the name of the program: %s',
  (name) => {
    expect(parseStat(stat(name))).toEqual({
      name,
      state: 'R',
      parentPid: 4960,
      groupId: 4961,
      sessionId: 3319,
      threads: 7,
      startToken: '63673',
    });
  },
);

test.each(['', '12 (sh', '12 (sh) S 1'])(
  'a text that is not a stat line gives null: "%s"',
  (line) => {
    expect(parseStat(line)).toBeNull();
  },
);

test('a variable is found at every position, but never inside another variable', () => {
  const environ = 'COOKIE=a b\0PATH=/bin\0LAST=';
  expect(findVariable(environ, 'COOKIE')).toBe('a b');
  expect(findVariable(environ, 'PATH')).toBe('/bin');
  expect(findVariable(environ, 'LAST')).toBe('');
  expect(findVariable('MY_COOKIE=1\0X=COOKIE=2', 'COOKIE')).toBeNull();
  expect(findVariable('', 'COOKIE')).toBeNull();
});

test('the newest pid comes first, even after the pids have wrapped around', () => {
  expect(sortNewestFirst([1, 40, 300, 32_000, 31_999], 300)).toEqual([300, 40, 1, 32_000, 31_999]);
});

// A snapshot of few processes must include every process that is never signalled.
test.runIf(process.platform === 'linux').each([
  ['a known few', new Set([1])],
  ['those that fit', (pid: number) => pid === 1],
])('of %s only those, this process and its ancestors are read (on Linux)', async (_, only) => {
  const pids = (await linuxListing.takeSnapshot({ only })).processes.map(({ pid }) => pid);
  const all = (await linuxListing.takeSnapshot()).processes.length;
  expect(pids).toEqual(expect.arrayContaining([1, process.pid, process.ppid]));
  expect(new Set(pids).size).toBe(pids.length);
  expect(pids.length).toBeLessThan(all);
});
