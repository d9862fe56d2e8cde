import { expect, test } from 'vitest';
import { readFileVersion } from './file-version.ts';

/** VS_FIXEDFILEINFO begins with its mark and its own version. Then comes the program's version. */
const INFO = Buffer.from('bd04effe' + '00000100' + '00001800' + '37000000', 'hex');

test('the version of a program is found at any place in its file', () => {
  expect(readFileVersion(Buffer.concat([Buffer.alloc(1001), INFO]))).toBe('24.0.0.55');
});

test.each([
  ['without a version', Buffer.from('MZ, and nothing of a version')],
  ['whose file ends within it', INFO.subarray(0, 12)],
])('a program %s names none', (_case, program) => {
  expect(readFileVersion(program)).toBeNull();
});
