/*
 * How an encoding starts ffmpeg. The program in these tests takes the arguments of ffmpeg and
 * writes the files that they name.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { encodeArguments, PRESETS } from '../../src/nexrender/encode.mjs';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const ENCODE = '@nexrender/action-encode';
const job = { uid: 'j', workpath: '/w', output: '/w/result.avi' };
const args = (options: Omit<Parameters<typeof encodeArguments>[1], 'output'>, output = 'a.mp4') =>
  encodeArguments(job, { output, ...options }, PRESETS).join(' ');

test('the options of a job replace those of its preset', () => {
  expect(args({ preset: 'mp4', params: { '-r': 30, '-an': null } })).toBe(
    '-i /w/result.avi -ab 128k -ar 44100 -acodec aac -vcodec libx264 -pix_fmt yuv420p -r 30 -an ' +
      '-y /w/a.mp4',
  );
  expect(args({ preset: 'constructor' })).toBe('-i /w/result.avi -y /w/a.mp4');
});

test('options of a numbered input stand before it, and more inputs after it', () => {
  const params = { '-framerate': 24, '-start_number': 10, '-i': ['a.wav', 'b.wav'], '-c:a': 'aac' };
  expect(args({ input: 'result_[#####].png', params })).toBe(
    '-framerate 24 -start_number 10 -i /w/result_%05d.png -i /w/a.wav -i /w/b.wav -c:a aac ' +
      '-y /w/a.mp4',
  );
});

test('the first number of numbered outputs is an option of the output', () => {
  expect(args({ params: { '-start_number': 10 } }, 'still_[####].png')).toBe(
    '-i /w/result.avi -start_number 10 -y /w/still_%04d.png',
  );
});

const host = ofEachTest(aHost);
afterEach(() => vi.unstubAllEnvs());

/** Renders then start this script in place of ffmpeg. */
async function installFfmpeg(script: string): Promise<void> {
  vi.stubEnv('NEXRENDER_FFMPEG', await host.writeFfmpeg(script));
}

test('a stream is published with its segments, named by the job', async () => {
  await installFfmpeg(`const fs = require('node:fs');
const segments = process.argv[process.argv.indexOf('-hls_segment_filename') + 1];
const names = ['000', '001'].map((n) => segments.replace('%03d', n));
for (const name of names) fs.writeFileSync(name, 'segment');
fs.writeFileSync(process.argv.at(-1), names.join());`);
  const folder = join(host.out, 'stream');
  const params = { '-f': 'hls', '-hls_segment_filename': '\u0024{workPath}/seg_%03d.ts' };
  const encode = { module: ENCODE, output: join(folder, 'index.m3u8'), params };
  const { end, observed } = await host.render(host.withActions(encode));
  expect(end).toEqual({ kind: 'completed' });
  expect(readdirSync(folder).sort()).toEqual(['index.m3u8', 'seg_000.ts', 'seg_001.ts']);
  expect(readFileSync(join(folder, 'index.m3u8'), 'utf8')).toBe('seg_000.ts,seg_001.ts');
  expect(observed.published).toEqual([folder]);
});

test('a failure of ffmpeg fails the job with its code', async () => {
  await installFfmpeg("console.error('no codec'); process.exitCode = 7;");
  const encode = { module: ENCODE, output: join(host.out, 'a.mp4') };
  const { end, observed } = await host.render(host.withActions(encode));
  expect(end).toMatchObject({
    kind: 'failed',
    reason: `The action ${ENCODE} failed: ffmpeg ended with code 7.`,
  });
  expect(observed.lines.join('\n')).toContain('no codec');
});

test.each(Object.keys(PRESETS))(
  'the preset %s starts ffmpeg as nexrender’s module does',
  async (preset) => {
    const seen = join(host.base, 'seen.json');
    vi.stubEnv('SEEN', seen);
    await installFfmpeg(
      "require('node:fs').writeFileSync(process.env.SEEN, JSON.stringify(process.argv.slice(2)))",
    );
    const theirs = createRequire(import.meta.url)(ENCODE);
    const options = { preset, output: 'a.out', params: { '-r': 30, '-an': null } };
    await theirs(job, { workpath: '/w', logger: { log: () => undefined } }, options);
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual(encodeArguments(job, options, PRESETS));
  },
);

const OWN_PRESETS = {
  prores: { '-c:v': 'prores_ks', '-profile:v': 3 },
  mp4: { '-c:v': 'h264_nvenc' },
};
const withPreset = (preset: string) =>
  host.withActions({ module: ENCODE, preset, output: join(host.out, 'a.mov') });
const WRITES =
  "require('node:fs').writeFileSync(process.argv.at(-1), process.argv.slice(4, -2).join(' '))";

test('a host has presets of its own, also in place of those of nexrender', async () => {
  await installFfmpeg(WRITES);
  const presetsFile = join(host.base, 'presets.json');
  await writeFile(presetsFile, JSON.stringify(OWN_PRESETS));
  for (const [preset, options] of [
    ['prores', '-c:v prores_ks -profile:v 3'],
    ['mp4', '-c:v h264_nvenc'],
  ] as const) {
    const { end } = await host.render(withPreset(preset), { presetsFile });
    expect(end).toEqual({ kind: 'completed' });
    expect(readFileSync(join(host.out, 'a.mov'), 'utf8')).toBe(options);
  }
});

test.each([
  [
    'another preset',
    JSON.stringify(OWN_PRESETS),
    /^The job names the preset dnxhr, .*have mp4, .*prores/,
  ],
  ['no JSON', '{', /^RENDERDECK_PRESETS_FILE cannot be read: /],
  ['no options', '{"dnxhr": "-c:v dnxhd"}', /must be like \{"prores"/],
  ['a word that is no option', '{"dnxhr": {"/etc/x": null}}', /must be like \{"prores"/],
  ['no file', null, /^RENDERDECK_PRESETS_FILE cannot be read: ENOENT/],
])('a preset that this host does not have fails here: %s', async (_, text, reason) => {
  await installFfmpeg(WRITES);
  const presetsFile = join(host.base, 'presets.json');
  if (text !== null) await writeFile(presetsFile, text);
  const { end } = await host.render(withPreset('dnxhr'), { presetsFile });
  expect(end).toMatchObject({
    ...{ kind: 'failed', failure: 'missingModule' },
    reason: expect.stringMatching(reason),
  });
});

test('without a file of presets an unknown one has no effect, as in nexrender', async () => {
  await installFfmpeg(WRITES);
  expect((await host.render(withPreset('dnxhr'))).end).toEqual({ kind: 'completed' });
  expect(readFileSync(join(host.out, 'a.mov'), 'utf8')).toBe('');
});
