import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { readFilePath, readPath, stepsOut, writeFileAddress } from './read-path.ts';

test.each([
  ['/farm/a.aep', '/farm/a.aep', null],
  ['localhost/farm/a.aep', '/farm/a.aep', null],
  ['/C:/farm/a.aep', null, 'C:/farm/a.aep'],
  ['C:/farm/a.aep', null, 'C:/farm/a.aep'],
  ['localhost/C:/farm/a.aep', null, 'C:/farm/a.aep'],
  ['nas/share/a.aep', null, '//nas/share/a.aep'],
  ['//nas/share/a.aep', '//nas/share/a.aep', '//nas/share/a.aep'],
  ['/farm/a:b.png', null, null],
  ['/C:/farm/a:b.png', null, null],
  ['/C:farm/a.aep', null, null],
  ['', null, null],
])('file://%s is %s on Unix and %s on Windows', (rest, onUnix, onWindows) => {
  expect(readFilePath(rest, posix)?.path ?? null).toBe(onUnix);
  expect(readFilePath(rest, win32)?.path ?? null).toBe(onWindows);
});

test.each([
  ['/out', true, false],
  ['/out/a:b', true, false],
  ['C:\\out', false, true],
  ['c:/out', false, true],
  ['\\\\nas\\share\\x', false, true],
  ['//nas/share/x', true, true],
  ['\\\\nas', false, false],
  ['\\\\?\\C:\\out', false, false],
  ['\\\\.\\COM1', false, false],
  ['C:out', false, false],
  ['\\out', false, false],
  ['C:\\out:stream', false, false],
  ['C:\\out\\NUL', false, false],
  ['C:\\out\\aux.png', false, false],
  ['C:\\out.\\x', false, false],
  ['\\\\nas\\share\\x ', false, false],
  ['/out/aux.png', true, false],
  ['C:\\out\\.\\..\\console', false, true],
  ['out', false, false],
  ['', false, false],
])('%s is a full path on Unix: %s, on Windows: %s', (path, onUnix, onWindows) => {
  expect([readPath(path, posix) !== null, readPath(path, win32) !== null]).toEqual([
    onUnix,
    onWindows,
  ]);
});

test.each([
  [posix, '/farm/größe 100% #1?.png', 'file:///farm/gr%C3%B6%C3%9Fe%20100%25%20#1?.png'],
  [win32, 'C:\\farm\\a b.aep', 'file:///C:/farm/a%20b.aep'],
  [win32, '\\\\nas\\share\\名.aep', 'file://nas/share/%E5%90%8D.aep'],
])('the address of a place leads to that place (%#)', (system, path, address) => {
  expect(writeFileAddress({ system, path })).toBe(address);
  expect(
    system.normalize(readFilePath(decodeURI(address.slice('file://'.length)), system)?.path ?? ''),
  ).toBe(path);
});

test.each([
  ['a/../b', true],
  ['..', true],
  ['a\\..\\b', true],
  ['C:\\a\\.. \\b', true],
  ['a/...', true],
  ['..a/b..', false],
  ['a/./b', false],
])('%s steps out: %s', (path, steps) => {
  expect(stepsOut(path)).toBe(steps);
});
