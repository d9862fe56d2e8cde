// @ts-check
/** One frame: a bar moves to the right on a dark ground. The job's script chooses its colour. */
import { createHash } from 'node:crypto';

export const WIDTH = 160;
export const HEIGHT = 90;

/**
 * Returns pixels as red, green and blue bytes, top row first.
 *
 * @param {number} progress 0 to 1
 * @param {string} seed
 */
export function drawFrame(progress, seed) {
  const colour = createHash('sha1').update(seed).digest().subarray(0, 3);
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3, 24);
  const left = Math.floor(progress * (WIDTH - 16));
  for (let y = 15; y < HEIGHT - 15; y += 1) {
    for (let x = left; x < left + 16; x += 1) {
      for (let channel = 0; channel < 3; channel += 1)
        pixels[(y * WIDTH + x) * 3 + channel] = 80 + (colour[channel] ?? 0) * 0.65;
    }
  }
  return pixels;
}
