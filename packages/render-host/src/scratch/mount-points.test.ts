import { expect, test } from 'vitest';
import { parseMountPoints } from './mount-points.mjs';

test('mount points with blanks and backslashes are read as their real paths', () => {
  const text = [
    '36 35 98:0 /mnt1 /mnt/with\\040blank rw,noatime master:1 - ext3 /dev/root rw',
    '37 35 98:0 / /back\\134slash rw - ext3 /dev/root rw',
    '',
  ].join('\n');
  expect(parseMountPoints(text)).toEqual(['/mnt/with blank', '/back\\slash']);
});
