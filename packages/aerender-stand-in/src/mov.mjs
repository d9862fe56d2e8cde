// @ts-check
/**
 * A QuickTime file with one uncompressed RGB track: the type atom, the data atom with the frames,
 * and the movie atom, which describes the frames.
 */
import { HEIGHT, WIDTH } from './draw-frame.mjs';

const FRAME_BYTES = WIDTH * HEIGHT * 3;
const START_BYTES = 20 + 8;
const UNITY_MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

/** @param {...(Buffer | string | number | number[])} parts numbers are big-endian 32-bit */
function bytes(...parts) {
  return Buffer.concat(
    parts.map((part) => {
      if (Buffer.isBuffer(part)) return part;
      if (typeof part === 'string') return Buffer.from(part, 'latin1');
      const numbers = typeof part === 'number' ? [part] : part;
      const buffer = Buffer.alloc(numbers.length * 4);
      for (const [index, number] of numbers.entries()) buffer.writeUInt32BE(number, index * 4);
      return buffer;
    }),
  );
}

/** @param {string} type @param {...(Buffer | string | number | number[])} parts */
function atom(type, ...parts) {
  const body = bytes(...parts);
  return bytes(8 + body.length, type, body);
}

/** @param {...number} values */
function shorts(...values) {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16BE(value, index * 2);
  return buffer;
}

/** @param {number} frames */
export function movStart(frames) {
  return bytes(atom('ftyp', 'qt  ', 0x20050300, 'qt  '), 8 + frames * FRAME_BYTES, 'mdat');
}

/** @param {number} frames @param {number} frameRate */
export function movEnd(frames, frameRate) {
  const times = [0, 0]; // creation and change; the stand-in writes no time into its files
  const movieHeader = atom(
    'mvhd',
    0,
    times,
    frameRate,
    frames,
    0x10000,
    shorts(0x100, 0),
    0,
    0,
    UNITY_MATRIX,
    [0, 0, 0, 0, 0, 0],
    2,
  );
  const trackHeader = atom(
    'tkhd',
    3,
    times,
    1,
    0,
    frames,
    0,
    0,
    shorts(0, 0, 0, 0),
    UNITY_MATRIX,
    WIDTH << 16,
    HEIGHT << 16,
  );
  const mediaHeader = atom('mdhd', 0, times, frameRate, frames, shorts(0, 0));
  const mediaKind = atom('hdlr', 0, 'mhlr', 'vide', 0, 0, 0, Buffer.from([0]));
  const dataKind = atom('hdlr', 0, 'dhlr', 'url ', 0, 0, 0, Buffer.from([0]));
  const dataPlace = atom('dinf', atom('dref', 0, 1, atom('url ', 1)));
  const picture = atom(
    'raw ',
    [0, 1, 0, 0x20202020, 0, 0], // reserved, data reference 1, version, vendor, qualities
    shorts(WIDTH, HEIGHT),
    [0x480000, 0x480000, 0],
    shorts(1),
    Buffer.alloc(32),
    shorts(24, 0xffff),
  );
  const samples = atom(
    'stbl',
    atom('stsd', 0, 1, picture),
    atom('stts', 0, 1, frames, 1),
    atom('stsc', 0, 1, 1, frames, 1),
    atom('stsz', 0, FRAME_BYTES, frames),
    atom('stco', 0, 1, START_BYTES),
  );
  const media = atom(
    'mdia',
    mediaHeader,
    mediaKind,
    atom('minf', atom('vmhd', 1, 0, 0), dataKind, dataPlace, samples),
  );
  return atom('moov', movieHeader, atom('trak', trackHeader, media));
}
