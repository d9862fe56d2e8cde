// @ts-check
/**
 * An uncompressed AVI file with a known number of frames: a header, one `00db` chunk for each
 * frame, and an index. The bytes of a pixel are blue, green, red; the bottom row comes first.
 */
import { HEIGHT, WIDTH } from './draw-frame.mjs';

// A row has 480 bytes, a multiple of 4, so it needs no padding.
const FRAME_BYTES = WIDTH * HEIGHT * 3;

/** @param {string} id @param {...(Buffer | number)} parts numbers are little-endian 32-bit */
function chunk(id, ...parts) {
  const body = Buffer.concat(parts.map((part) => (typeof part === 'number' ? uint32(part) : part)));
  return Buffer.concat([Buffer.from(id, 'latin1'), uint32(body.length), body]);
}

/** @param {number} value */
function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** @param {string} text */
const tag = (text) => Buffer.from(text, 'latin1');

/** @param {number} frames @param {number} frameRate */
export function aviHeader(frames, frameRate) {
  const bytesPerSecond = FRAME_BYTES * frameRate;
  const main = chunk(
    'avih',
    Math.round(1e6 / frameRate),
    bytesPerSecond,
    0,
    0x10,
    frames,
    0,
    1,
    FRAME_BYTES,
    WIDTH,
    HEIGHT,
    0,
    0,
    0,
    0,
  );
  const rectangle = Buffer.alloc(8);
  rectangle.writeUInt16LE(WIDTH, 4);
  rectangle.writeUInt16LE(HEIGHT, 6);
  const stream = chunk(
    'strh',
    tag('vids'),
    tag('DIB '),
    0,
    0,
    0,
    1,
    frameRate,
    0,
    frames,
    FRAME_BYTES,
    0xffffffff,
    0,
    rectangle,
  );
  const planesAndDepth = (24 << 16) | 1;
  const format = chunk('strf', 40, WIDTH, HEIGHT, planesAndDepth, 0, FRAME_BYTES, 0, 0, 0, 0);
  const list = chunk('LIST', tag('hdrl'), main, chunk('LIST', tag('strl'), stream, format));
  const moviBytes = 4 + frames * (8 + FRAME_BYTES);
  const riffBytes = 4 + list.length + 8 + moviBytes + 8 + frames * 16;
  return Buffer.concat([
    tag('RIFF'),
    uint32(riffBytes),
    tag('AVI '),
    list,
    tag('LIST'),
    uint32(moviBytes),
    tag('movi'),
  ]);
}

/** @param {Buffer} pixels red, green, blue, top row first */
export function aviFrame(pixels) {
  const rows = Buffer.alloc(FRAME_BYTES);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const from = (y * WIDTH + x) * 3;
      const to = ((HEIGHT - 1 - y) * WIDTH + x) * 3;
      rows[to] = pixels[from + 2] ?? 0;
      rows[to + 1] = pixels[from + 1] ?? 0;
      rows[to + 2] = pixels[from] ?? 0;
    }
  }
  return chunk('00db', rows);
}

/** @param {number} frames */
export function aviIndex(frames) {
  const entries = Array.from({ length: frames }, (_, frame) =>
    Buffer.concat([
      tag('00db'),
      uint32(0x10),
      uint32(4 + frame * (8 + FRAME_BYTES)),
      uint32(FRAME_BYTES),
    ]),
  );
  return chunk('idx1', ...entries);
}
