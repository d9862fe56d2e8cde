import { expect, test } from 'vitest';
import { isFullPath } from './nexrender-fields.ts';

test.each([
  ['/renders/a.mov', true],
  ['//nas/a.mov', true],
  ['\\\\nas\\a.mov', true],
  ['Z:\\a.mov', true],
  ['z:/a.mov', true],
  ['file:///renders/a.mov', true],
  ['file://nas/a.mov', true],
  ['a.mov', false],
  ['./a.mov', false],
  ['sub/a.mov', false],
  ['file', false],
  ['https://a/b', false],
])('%s is a full path: %s', (text, expected) => expect(isFullPath(text)).toBe(expected));
