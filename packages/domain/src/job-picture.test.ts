import { expect, test } from 'vitest';
import { PICTURE, pictureEveryMs, pictureSlot, whyNoPicture } from './job-picture.ts';

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
