import { expect, it } from 'vitest';
import { formatFileSize } from './file-size.ts';

it.each([
  [999, '999 B'],
  [1_200, '1.2 kB'],
  [13_400_000, '13 MB'],
  [999_600_000, '1.0 GB'],
  [4_100_000_000, '4.1 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatFileSize(bytes)).toBe(text);
});
