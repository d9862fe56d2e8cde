/*
 * Outputs of several files: sequences of pictures, and several files of ffmpeg. A new folder
 * appears in one step. In an existing folder, the files appear one after the other.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const COPY = '@nexrender/action-copy';
const ENCODE = '@nexrender/action-encode';
const host = ofEachTest(aHost);
afterEach(() => vi.unstubAllEnvs());

const list = () => (existsSync(host.out) ? readdirSync(host.out).sort() : []);
const pictures = (name: string, ending = 'png') =>
  Array.from({ length: 10 }, (_, n) => `${name}_${String(n).padStart(5, '0')}.${ending}`);

test('a sequence appears in a new folder in one step', async () => {
  const folder = join(host.out, 'shot');
  let seen: readonly string[] = [];
  const { end, observed } = await host.render(
    host.ofPictures('png', { module: COPY, output: folder }),
    {
      publishing: {
        mayPublish: async () => {
          seen = list();
          return 'yes';
        },
      },
    },
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(seen).toEqual([expect.stringMatching(/^\.shot\..*\.part$/)]);
  expect([list(), readdirSync(folder).sort()]).toEqual([['shot'], pictures('result')]);
  expect(observed).toMatchObject({ asked: [null], published: [folder] });
  expect(observed.transfers[0]).toMatchObject({ direction: 'copy', files: 10, filesDone: 0 });
  expect(observed.questions).toMatchObject([{ move: { kind: 'folder', path: folder } }]);
});

test('a sequence goes into an existing folder file by file; the job gets a warning', async () => {
  await mkdir(host.out);
  await writeFile(join(host.out, 'shot_00003.png'), 'of an earlier attempt');
  const output = join(host.out, 'shot_[#####].png');
  const { end, observed } = await host.render(host.ofPictures('png', { module: COPY, output }));
  expect(end).toEqual({ kind: 'completed' });
  const [part = ''] = observed.parts;
  expect(list()).toEqual([basename(part), ...pictures('shot')]);
  expect(readdirSync(part)).toEqual([]);
  expect(readFileSync(join(host.out, 'shot_00003.png')).toString('latin1', 1, 4)).toBe('PNG');
  expect(observed.asked).toEqual([
    `The 10 files in ${host.out} are published one after the other, because the folder exists ` +
      'already. If an attempt ends in between, only some of them are its own.',
  ]);
  expect(observed.questions).toMatchObject([
    { move: { kind: 'files', path: host.out, count: 10 } },
  ]);
});

// nexrender knows these endings not as such. What the files contain does not matter here.
test.each(['exr', 'dpx', 'psd', 'sgi', 'PNG'])('pictures of the ending %s', async (ending) => {
  const [folder, named] = [join(host.out, 'shot'), join(host.out, 'named')];
  const outputs = [folder, join(named, `plate_[#####].${ending}`)];
  const copies = outputs.map((output) => ({ module: COPY, output }));
  const { end } = await host.render(host.ofPictures(ending, ...copies));
  expect(end).toEqual({ kind: 'completed' });
  expect(readdirSync(folder).sort()).toEqual(pictures('result', ending));
  expect(readdirSync(named).sort()).toEqual(pictures('plate', ending));
});

test('several pictures do not fit one file, and a single picture does', async () => {
  const output = join(host.out, 'still.png');
  const job = host.ofPictures('png', { module: COPY, output });
  expect((await host.render(job)).end).toEqual({
    kind: 'failed',
    reason:
      'The action @nexrender/action-copy failed: the render is a sequence of 10 pictures, ' +
      `and the output ${output} is one file: give a folder, or a name with [#####].`,
    failure: 'action',
  });
  const one = { ...job, template: { ...job.template, frameStart: 3, frameEnd: 3 } };
  expect((await host.render(one)).end).toEqual({ kind: 'completed' });
  expect(list()).toEqual(['still.png']);
});

/** Writes the files that the output names. */
const FFMPEG = `const fs = require('node:fs');
const output = process.argv.at(-1);
const input = process.argv[process.argv.indexOf('-i') + 1];
const names = output.includes('%05d')
  ? ['00001', '00002'].map((n) => output.replace('%05d', n))
  : [output];
for (const name of names) fs.writeFileSync(name, 'encoded ' + fs.statSync(input).size);`;

test('ffmpeg writes into the job’s folder, and its output is published like a copy', async () => {
  vi.stubEnv('NEXRENDER_FFMPEG', await host.writeFfmpeg(FFMPEG));
  const output = join(host.out, 'result.mp4');
  let seen: readonly string[] = [];
  const { end, observed } = await host.render(
    host.withActions({ module: ENCODE, preset: 'mp4', output }),
    {
      publishing: {
        recordPart: async () => {
          seen = list();
          return 'yes';
        },
      },
    },
  );
  expect({ end, seen }).toEqual({ end: { kind: 'completed' }, seen: [] });
  expect(readFileSync(output, 'utf8')).toMatch(/^encoded \d+$/);
  expect([list(), observed.asked]).toEqual([['result.mp4'], [null]]);
});

test('several files of ffmpeg are published as a folder', async () => {
  vi.stubEnv('NEXRENDER_FFMPEG', await host.writeFfmpeg(FFMPEG));
  const output = join(host.out, 'still_%05d.png');
  const { end, observed } = await host.render(host.withActions({ module: ENCODE, output }));
  expect(end).toEqual({ kind: 'completed' });
  expect(list()).toEqual(['still_00001.png', 'still_00002.png']);
  expect(observed).toMatchObject({ asked: [null], published: [host.out] });
});
