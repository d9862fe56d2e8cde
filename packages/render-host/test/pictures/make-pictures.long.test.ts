/*
 * The program that makes pictures, with real files: a sequence, a frame that is being written, a
 * broken one, hostile ones.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { PictureOrder, TakenPictures } from '../../src/pictures/picture-order.ts';
import { readTaken } from '../../src/pictures/read-taken.ts';
import { startPictureProgram } from '../../src/process/run-picture-program.mjs';

const { path: folder } = folderOfFile('pictures');

/** A PNG of noise, which is hard to make small. */
async function aFrame(width = 1280, height = 720): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return await sharp({ create: { width, height, channels: 3, background: 'red', noise } })
    .png({ compressionLevel: 1 })
    .toBuffer();
}

async function aSequence(name: string, frames: readonly (Buffer | string)[]) {
  const inside = join(folder, name);
  await mkdir(inside);
  for (const [index, frame] of frames.entries())
    await writeFile(join(inside, `result_0000${index}.png`), frame);
  return join(inside, 'result_[#####].png');
}

async function take(output: string, change: Partial<PictureOrder> = {}): Promise<TakenPictures> {
  const order = { output, isFinished: false, after: null, ffmpeg: null, tempPath: folder };
  const printed = await startPictureProgram({ ...order, ...change }, 60_000).printed;
  if (printed === null) throw new Error('The program failed.');
  return readTaken(JSON.parse(printed));
}

test('the last frame of a sequence becomes a picture of at most 320 px and 40 kB', async () => {
  const output = await aSequence('whole', [await aFrame(), await aFrame()]);
  const { pictures, why, lines } = await take(output);
  expect(pictures).toMatchObject([{ frame: 1, moment: null, width: 320, height: 180 }]);
  expect({ why, lines }).toEqual({ why: null, lines: [] });
  const bytes = Buffer.from(pictures[0]?.picture ?? '', 'base64');
  expect(bytes.length).toBeLessThanOrEqual(40_000);
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 320 });
  expect((await take(output, { after: 1 })).pictures).toEqual([]);
});

test('a frame that is being written is not taken, and is no fault', async () => {
  const frame = await aFrame();
  const half = frame.subarray(0, frame.length / 2);
  const output = await aSequence('writing', [frame, half]);
  expect(await take(output)).toMatchObject({ pictures: [{ frame: 0 }], lines: [] });
});

test('a broken frame is a line, and the one before it is taken', async () => {
  const frame = await aFrame();
  const output = await aSequence('broken', [frame, frame.subarray(0, 2000), '']);
  const { pictures, lines } = await take(output);
  expect(pictures).toMatchObject([{ frame: 0 }]);
  expect(lines).toEqual([expect.stringMatching(/^result_00001\.png: /)]);
  const finished = await take(output, { isFinished: true });
  expect(finished.lines).toHaveLength(2);
});

test('a huge frame, a large file and a link are not read', async () => {
  const huge = await sharp({
    create: { width: 9000, height: 9000, channels: 3, background: 'red' },
  })
    .png()
    .toBuffer();
  expect(await take(await aSequence('huge', [huge, huge]))).toMatchObject({ why: 'tooLarge' });

  const large = await aSequence('large', ['x', 'x']);
  await truncate(large.replace('[#####]', '00001'), 300 * 1024 * 1024);
  expect(await take(large)).toMatchObject({ pictures: [], why: 'tooLarge' });

  const other = await aSequence('other', [await aFrame()]);
  const linked = await aSequence('linked', []);
  await symlink(other.replace('[#####]', '00000'), linked.replace('[#####]', '00000'));
  const read = await take(linked, { isFinished: true });
  expect(read).toMatchObject({ pictures: [], why: 'unreadable' });
  expect(read.lines.join()).toMatch('not a regular file');
});

const FFMPEG = '/usr/bin/ffmpeg';
test.skipIf(!existsSync(FFMPEG))(
  'a finished film has a first, a middle and a last frame',
  async () => {
    const film = join(folder, 'film.avi');
    const source = 'testsrc=duration=4:size=640x360:rate=25';
    execFileSync(FFMPEG, ['-loglevel', 'error', '-f', 'lavfi', '-i', source, film]);
    const { pictures } = await take(film, { isFinished: true, ffmpeg: FFMPEG });
    expect(pictures).toMatchObject([
      { frame: 0, moment: 'first', width: 320, height: 180 },
      { frame: 49, moment: 'middle' },
      { frame: 99, moment: 'last' },
    ]);
    expect(new Set(pictures.map(({ picture }) => picture)).size).toBe(3);

    // A list of other files under the name of a film.
    const list = join(folder, 'list.avi');
    await writeFile(list, `ffconcat version 1.0\nfile '${film}'\n`);
    const refused = await take(list, { isFinished: true, ffmpeg: FFMPEG });
    expect(refused).toMatchObject({ pictures: [], why: 'unreadable' });
  },
);

test('a picture that names other files is not read', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  const output = await aSequence('svg', [svg]);
  expect(await take(output, { isFinished: true })).toMatchObject({ why: 'unreadable' });
});

test('no output, and a format that only ffmpeg reads, have their reasons', async () => {
  expect(await take(await aSequence('empty', []))).toMatchObject({ why: 'noFile' });
  const exr = join(folder, 'result_[##].exr');
  await writeFile(join(folder, 'result_01.exr'), 'x');
  expect(await take(exr, { isFinished: true })).toMatchObject({ why: 'noFfmpeg' });
});

test('what a render sends as a picture is checked', async () => {
  const { pictures } = await take(await aSequence('checked', [await aFrame()]));
  const [picture] = pictures;
  const webp = Buffer.from(picture?.picture ?? '', 'base64');
  const tooLong = Buffer.concat([webp, Buffer.alloc(41_000)]).toString('base64');
  const wrong = [
    { ...picture, picture: Buffer.from('<script>').toString('base64') },
    { ...picture, picture: tooLong },
    { ...picture, width: 4000 },
    null,
  ];
  for (const one of wrong) expect(readTaken({ pictures: [one] }).pictures).toEqual([]);
  expect(readTaken({ pictures, why: 'a lie' })).toMatchObject({ pictures, why: null });
});
