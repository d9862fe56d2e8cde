import { expect, it } from 'vitest';
import { chooseForDisk, type RenderOnDisk } from './disk-watch.ts';

const aRender = (attemptId: string, more: Partial<RenderOnDisk> = {}): RenderOnDisk => ({
  attemptId,
  bytes: 10,
  isPublishing: false,
  isEnding: false,
  ...more,
});
const large = aRender('large', { bytes: 90 });
const publishing = { ...large, isPublishing: true };
const ending = aRender('ending', { isEnding: true });

it.each([
  ['enough space', 50, [large], null],
  ['too little for a new render, but enough for a running one', 49, [], null],
  ['less than half', 49, [aRender('a'), large], 'large'],
  ['less than half, and one render is already ending', 0, [ending, large], null],
  ['less than half, and the largest render is publishing', 0, [publishing, aRender('a')], 'a'],
  ['less than half, and the only render is publishing', 0, [publishing], null],
])('with %s: %i of 100 bytes are free, and %j is ended', (_what, free, renders, chosen) => {
  expect(chooseForDisk(free, 100, renders)).toBe(chosen);
});

it('a host without a limit for free space ends no render for space', () => {
  expect(chooseForDisk(0, 0, [large])).toBe(null);
});
