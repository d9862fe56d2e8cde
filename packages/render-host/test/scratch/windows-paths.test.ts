/*
 * Shows how Windows resolves a text below the scratch root, and that no such text becomes a folder
 * of ours. Node computes paths of Windows on every system, except paths with a drive and no folder.
 */
import { posix, win32 } from 'node:path';
import { expect, test } from 'vitest';
import { isInside } from '../../src/nexrender/check-place.ts';
import { refuseRoot } from '../../src/scratch/refuse-root.ts';
import { nameScratchFolder } from '../../src/scratch/scratch-folder.ts';

const root = { path: 'D:\\renderdeck\\scratch\\host-1', device: 1n };

test.each([
  ['a', 'D:\\renderdeck\\scratch\\host-1\\a', true],
  ['A\\..\\..\\x', 'D:\\renderdeck\\scratch\\x', false],
  ['..\\host-10', 'D:\\renderdeck\\scratch\\host-10', false],
  ['a\\..', 'D:\\renderdeck\\scratch\\host-1', true],
  ['D:evil', 'D:\\renderdeck\\scratch\\host-1\\evil', true],
  ['\\evil', 'D:\\evil', false],
  ['/etc/x', 'D:\\etc\\x', false],
  ['\\\\srv\\share\\x', '\\\\srv\\share\\x', false],
  ['//srv/share/..', '\\\\srv\\share\\', false],
  ['\\\\?\\D:\\renderdeck\\scratch\\host-1\\a', null, false],
  ['\\\\.\\COM1', null, false],
  ['..foo', 'D:\\renderdeck\\scratch\\host-1\\..foo', true],
  ['...', 'D:\\renderdeck\\scratch\\host-1\\...', true],
  ['CON', 'D:\\renderdeck\\scratch\\host-1\\CON', true],
  ['nul.txt', 'D:\\renderdeck\\scratch\\host-1\\nul.txt', true],
  ['a.', 'D:\\renderdeck\\scratch\\host-1\\a.', true],
  ['a ', 'D:\\renderdeck\\scratch\\host-1\\a ', true],
  ['x\\CON:', null, true],
  ['a\0', null, true],
  ['d:\\RENDERDECK\\Scratch\\HOST-1\\x', 'd:\\RENDERDECK\\Scratch\\HOST-1\\x', true],
])('%j resolves to %s beside the root, inside: %s, and is never ours', (text, resolved, inside) => {
  const path = win32.resolve(root.path, text);
  if (resolved !== null) expect(path).toBe(resolved);
  expect(isInside(root.path, path, win32)).toBe(inside);
  if (text === 'a') expect(nameScratchFolder(root, text, win32).path).toMatch(/\\attempt-a$/);
  else expect(() => nameScratchFolder(root, text, win32)).toThrow('An attempt id is made of');
});

test('a letter with an unusual lower case names another folder', () => {
  expect(isInside('D:\\I', 'D:\\ı\\a', win32)).toBe(false);
  expect(isInside('D:\\i', 'D:\\I\\a', win32)).toBe(true);
});

test('every part of a scratch folder lies in it', () => {
  const folder = nameScratchFolder(root, '01890000-0000-7000-8000-000000000001', win32);
  for (const path of [folder.workPath, folder.tempPath, folder.logPath, folder.markerPath])
    expect(isInside(folder.path, path, win32)).toBe(true);
  expect(win32.dirname(folder.path)).toBe(root.path);
});

test.each([
  ['D:\\renderdeck\\scratch', null],
  ['d:/renderdeck/scratch', null],
  ['D:\\', 'is a whole drive or a network share'],
  ['D:', 'is not an absolute path'],
  ['D:scratch', 'is not an absolute path'],
  ['scratch', 'is not an absolute path'],
  ['\\scratch', 'names no drive'],
  ['/scratch', 'names no drive'],
  ['\\\\srv\\share', 'is a whole drive or a network share'],
  ['\\\\srv\\share\\scratch', 'is a network share or a device'],
  ['//srv/share/scratch', 'is a network share or a device'],
  ['\\\\?\\D:\\scratch', 'is a network share or a device'],
  ['\\\\.\\COM1', 'is a whole drive or a network share'],
  ['D:\\scratch.\\host', 'has a folder that Windows reads as another one: scratch.'],
  ['D:\\aux', 'has a folder that Windows reads as another one: aux'],
  ['D:\\scratch:host', 'has a folder that Windows reads as another one: scratch:host'],
  [`D:\\${'a'.repeat(98)}`, 'is longer than 100 characters'],
])('the root %s on Windows: %s', (path, refused) => expect(refuseRoot(path, win32)).toBe(refused));

test('on Unix, such names are usual names', () => {
  expect(refuseRoot('/srv/aux/a.', posix)).toBeNull();
  expect(refuseRoot('/', posix)).toBe('is a whole drive or a network share');
});
