/*
 * How an encoding starts ffmpeg. The program in these tests takes the arguments of ffmpeg and
 * writes the files that they name.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { encodeArguments, PRESETS } from '../../src/nexrender/encode.mjs';
import { GUARDED } from '../../src/nexrender/ffmpeg-input.mjs';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { serve } from '../../testing/stores/serve.ts';
import { aHost } from './a-render.ts';

const ENCODE = '@nexrender/action-encode';
const job = { uid: 'j', workpath: '/w', output: '/w/result.avi' };
const args = (options: Omit<Parameters<typeof encodeArguments>[1], 'output'>, output = 'a.mp4') =>
  encodeArguments(job, { output, ...options }, PRESETS)
    .join(' ')
    .replaceAll(`${GUARDED.join(' ')} -i`, '-i');

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
  'the preset %s starts ffmpeg as nexrender’s module does, but for what it may read',
  async (preset) => {
    const seen = join(host.base, 'seen.json');
    vi.stubEnv('SEEN', seen);
    await installFfmpeg(
      "require('node:fs').writeFileSync(process.env.SEEN, JSON.stringify(process.argv.slice(2)))",
    );
    const theirs = createRequire(import.meta.url)(ENCODE);
    const options = { preset, output: 'a.out', params: { '-r': 30, '-an': null } };
    await theirs(job, { workpath: '/w', logger: { log: () => undefined } }, options);
    const ours = encodeArguments(job, options, PRESETS);
    expect([...GUARDED, ...JSON.parse(readFileSync(seen, 'utf8'))]).toEqual(ours);
  },
);

const OWN_PRESETS = {
  prores: { '-c:v': 'prores_ks', '-profile:v': 3 },
  mp4: { '-c:v': 'h264_nvenc' },
};
const withPreset = (preset: string) =>
  host.withActions({ module: ENCODE, preset, output: join(host.out, 'a.mov') });
const WRITES =
  "require('node:fs').writeFileSync(process.argv.at(-1), process.argv.slice(8, -2).join(' '))";

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

const FFMPEG = '/usr/bin/ffmpeg';
const run = promisify(execFile);
test.skipIf(!existsSync(FFMPEG))(
  'a file that names other files or servers is not read, whatever its name (needs ffmpeg)',
  async () => {
    const server = await serve((response) => response.end());
    const at = (name: string) => join(host.base, name);
    const [own, secret] = [at('own'), at('private.ts')];
    await mkdir(own);
    const source = ['-f', 'lavfi', '-i', 'testsrc=duration=0.2:size=64x64'];
    await run(FFMPEG, ['-loglevel', 'error', ...source, secret]);
    const hls = (address: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${address}\n#EXT-X-ENDLIST\n`;
    const texts = {
      'of-file.m3u8': hls(`file://${secret}`),
      'of-path.bin': hls(secret),
      'of-server.m3u8': hls(`http://127.0.0.1:${server.port}/film.ts`),
      'of-concat.txt': 'ffconcat version 1.0\nfile subfolder/film.ts\n',
      'of-mpd.mpd': `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"
        mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp2t">
        <Representation id="1" bandwidth="1"><BaseURL>file://${secret}</BaseURL></Representation>
        </AdaptationSet></Period></MPD>`,
      'of-sdp.sdp': `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0
m=video ${server.port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    };
    await mkdir(join(own, 'subfolder'));
    await copyFile(secret, join(own, 'subfolder', 'film.ts'));
    for (const [name, text] of Object.entries(texts)) await writeFile(join(own, name), text);
    await copyFile(secret, join(own, 'film.ts'));
    const encode = async (input: string) => {
      const inOwn = { ...job, workpath: own };
      const options = { input, output: `${input}.mp4` };
      const ended = run(FFMPEG, encodeArguments(inOwn, options, PRESETS));
      const isDone = await ended.then(Boolean, () => false);
      return [isDone, existsSync(join(own, `${input}.mp4`))];
    };
    expect(await encode('film.ts')).toEqual([true, true]);
    for (const name of [
      ...Object.keys(texts),
      'concat:film.ts',
      'subfile,,start,0,end,0,,:film.ts',
    ])
      expect([name, ...(await encode(name))]).toEqual([name, false, false]);
    expect(server.requests).toEqual([]);
    await server.close();
  },
);
