/*
 * Pictures that are small as files and large as frames, and formats that may name other files:
 * through the program that makes pictures, and through ffprobe.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { folderOfFile } from '@renderdeck/testing';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { measure, setProbe } from '../../src/outputs/measure-outputs.mjs';
import { readTaken } from '../../src/pictures/read-taken.ts';
import { startPictureProgram } from '../../src/process/run-picture-program.mjs';

const { path: folder } = folderOfFile('bombs');
const FFMPEG = '/usr/bin/ffmpeg';
const FFPROBE = '/usr/bin/ffprobe';
const MB = 1_000_000;

const frame = () => sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } });
let png = Buffer.alloc(0);
let jpeg = Buffer.alloc(0);
beforeAll(async () => {
  png = await frame().png().toBuffer();
  jpeg = await frame().jpeg({ progressive: true }).toBuffer();
});

async function take(name: string, bytes: Buffer, ffmpeg: string | null = null) {
  const inside = join(folder, name);
  const ending = /\w+$/.exec(name)?.[0];
  await mkdir(inside);
  await writeFile(join(inside, `f_1.${ending}`), bytes);
  const output = join(inside, `f_[#].${ending}`);
  const order = { output, isFinished: true, after: null, ffmpeg, tempPath: folder };
  const printed = await startPictureProgram(order, 60_000).printed;
  if (printed === null) throw new Error('The program failed.');
  return readTaken(JSON.parse(printed));
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
/** The frame with more chunks behind its head. */
const withChunks = (...chunks: readonly Buffer[]) =>
  Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
/** The head of the frame with another size. */
function withSize(side: number): Buffer {
  const head = Buffer.from(png.subarray(16, 29));
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', head), png.subarray(33)]);
}
function withJpegSize(side: number): Buffer {
  const changed = Buffer.from(jpeg);
  const at = changed.indexOf(Buffer.from([0xff, 0xc2]));
  changed.writeUInt16BE(side, at + 5);
  changed.writeUInt16BE(side, at + 7);
  return changed;
}
function withScans(count: number): Buffer {
  const last = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
  return Buffer.concat([jpeg.subarray(0, -2), ...Array(count).fill(last), jpeg.subarray(-2)]);
}
/** A lossless WebP whose head says 16,383 × 16,383. */
function aLargeWebp(): Buffer {
  const bytes = Buffer.alloc(40);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(32, 4);
  bytes.write('WEBPVP8L', 8);
  bytes.writeUInt32LE(20, 16);
  bytes[20] = 0x2f;
  bytes.writeUInt32LE(16_382 | (16_382 << 14), 21);
  return bytes;
}

test.each([
  ['size.png', () => withSize(30_000)],
  ['size.jpg', () => withJpegSize(65_500)],
  ['size.webp', aLargeWebp],
])('%s has more pixels than are decoded', async (name, make) => {
  expect(await take(name, make())).toMatchObject({ pictures: [], why: 'tooLarge' });
});

const squeezed = (before: string) =>
  Buffer.concat([Buffer.from(before), deflateSync(Buffer.alloc(200 * MB))]);
test.each([
  ['profile.png', () => withChunks(chunk('iCCP', squeezed('x\0\0')))],
  ['text.png', () => withChunks(chunk('zTXt', squeezed('x\0\0')))],
  ['texts.png', () => withChunks(...Array(50_000).fill(chunk('tEXt', Buffer.from('x\0y'))))],
])('%s is shown without what is squeezed into it', async (name, make) => {
  expect(await take(name, make())).toMatchObject({ pictures: [{ width: 64, height: 64 }] });
});

test('a JPEG with 100,000 scans, and a WebP with 500 frames, end', async () => {
  expect(await take('scans.jpg', withScans(100_000))).toMatchObject({ why: 'unreadable' });
  const many = { raw: { width: 9, height: 9 * 500, channels: 3, pageHeight: 9 } } as const;
  const webp = await sharp(Buffer.alloc(9 * 9 * 500 * 3), many)
    .webp({ loop: 0 })
    .toBuffer();
  expect(await take('frames.webp', webp)).toMatchObject({ pictures: [{ width: 9, height: 9 }] });
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
test.each([
  ['svg', SVG],
  ['svgz', gzipSync(SVG)],
  ['pdf', '%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n'],
  ['eps', '%!PS-Adobe-3.0 EPSF-3.0\n'],
  ['gif', Buffer.from('R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=', 'base64')],
  ['ppm', 'P6 1 1 255\nabc'],
  ['hdr', '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\nabcd'],
  ['heif', '\0\0\0\x18ftypheic\0\0\0\0heicmif1'],
  ['jp2', '\0\0\0\x0cjP  \r\n\x87\n'],
  ['jxl', '\xff\x0a\0\0'],
  ['mat', 'MATLAB 5.0 MAT-file'],
  ['vips', '\xb6\xa6\xf2\x08\0\0\0\0'],
])('a %s under the name of a PNG is not read', async (format, text) => {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
  expect(await take(`${format}.png`, bytes)).toMatchObject({ pictures: [], why: 'unreadable' });
});

test('what a render sends must be as small as it says', async () => {
  const webp = async (side: number) =>
    (await frame().resize(side).webp().toBuffer()).toString('base64');
  const [small, large] = [await webp(96), await webp(320)];
  const sent = { frame: 1, moment: null, width: 320, height: 320, picture: large, small };
  const taken = (one: object) => readTaken({ pictures: [one] }).pictures;
  expect(taken(sent)).toEqual([sent]);
  expect(taken({ ...sent, small: large })).toEqual([]);
  expect(taken({ ...sent, width: 319 })).toEqual([]);
  expect(taken({ ...sent, picture: aLargeWebp().toString('base64') })).toEqual([]);
});

/** The head of a TGA, and one run of 128 pixels. */
function aTga(side: number): Buffer {
  const head = Buffer.alloc(18);
  head[2] = 10;
  head.writeUInt16LE(side, 12);
  head.writeUInt16LE(side, 14);
  head[16] = 32;
  return Buffer.concat([head, Buffer.from([0xff, 1, 2, 3, 4])]);
}
describe.skipIf(!existsSync(FFMPEG))('with ffmpeg', () => {
  test('a frame of 23 bytes and 225 million pixels is not decoded', async () => {
    const bytes = aTga(15_000);
    expect(await take('size.tga', bytes, FFMPEG)).toMatchObject({ why: 'tooLarge' });
    setProbe(FFPROBE);
    const measured = await measure({ kind: 'file', files: 1 }, join(folder, 'size.tga', 'f_1.tga'));
    expect(measured).toMatchObject({ codec: 'targa', width: null, height: null, why: null });
  });
});
