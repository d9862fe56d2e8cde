import { expect, test } from 'vitest';
import { isSmallWebp, PICTURE, pictureEveryMs, pictureSlot, whyNoPicture } from './job-picture.ts';

test('the first picture keeps its place, and the newest ones take the other places in turn', () => {
  const slots = Array.from({ length: 9 }, (_, index) => pictureSlot(index + 1));
  expect(slots).toEqual([1, 2, 3, 4, 5, 2, 3, 4, 5]);
});

test('a large farm saves at most 20 pictures a second', () => {
  expect(pictureEveryMs(12)).toBe(PICTURE.everyMs);
  expect(1000 / (pictureEveryMs(1000) / 1000)).toBe(20);
});

test('the reason for no picture is what the host says, or follows from the attempt', () => {
  const why = (hasEnded: boolean, reported: 'film' | 'off' | null) =>
    whyNoPicture({ hasEnded, reported });
  expect(whyNoPicture(null)).toBe('notStarted');
  expect(why(false, null)).toBe('noFrame');
  expect(why(true, null)).toBe('noneKept');
  expect(why(false, 'film')).toBe('film');
  expect(why(true, 'film')).toBe('noneKept');
  expect(why(true, 'off')).toBe('off');
});

/** The head of a WebP; `head`: its bytes from number 20 on, or from number `at` on. */
function aWebp(kind: string, head: readonly number[], at = 20): Uint8Array {
  const bytes = new Uint8Array(40);
  bytes.set(new TextEncoder().encode(`RIFF____WEBP${kind}`));
  bytes.set(head, at);
  return bytes;
}
const SIZE = { width: 320, height: 180 };

test.each([
  ['lossy', aWebp('VP8 ', [0x40, 0x01, 0xb4, 0x00], 26), SIZE],
  ['lossless', aWebp('VP8L', [0x2f, 0x3f, 0xc1, 0x2c, 0x00]), SIZE],
  ['extended', aWebp('VP8X', [0x10, 0, 0, 0, 0x3f, 0x01, 0, 0xb3, 0, 0]), SIZE],
  ['lossy', aWebp('VP8 ', [0xff, 0x3f, 0xff, 0x3f], 26), { width: 16_383, height: 16_383 }],
  ['lossless', aWebp('VP8L', [0x2f, 0xfe, 0xbf, 0xff, 0x0f]), { width: 16_383, height: 16_383 }],
  [
    'extended',
    aWebp('VP8X', [0, 0, 0, 0, 0xff, 0xff, 0xff, 0, 0, 0]),
    { width: 2 ** 24, height: 1 },
  ],
])('a %s WebP is as large as its head says', (_kind, bytes, { width, height }) => {
  expect(isSmallWebp(bytes, { width, height })).toBe(true);
  expect(isSmallWebp(bytes, { width: width - 1, height })).toBe(false);
  expect(isSmallWebp(bytes, { width, height: height - 1 })).toBe(false);
});

test.each([
  ['an animation', aWebp('VP8X', [0x02])],
  ['another chunk', aWebp('ANMF', [])],
  ['a short file', aWebp('VP8 ', []).subarray(0, 29)],
  ['no WebP', new Uint8Array(40)],
])('%s is no small WebP', (_kind, bytes) => {
  expect(isSmallWebp(bytes, { width: 2 ** 24, height: 2 ** 24 })).toBe(false);
});
