/*
 * Outputs of several files: sequences of pictures, and several files of ffmpeg. A new folder
 * appears in one step. In an existing folder, the files appear one after the other.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aHost } from './a-render.ts';

const COPY = '@nexrender/action-copy';
const ENCODE = '@nexrender/action-encode';
let host: Awaited<ReturnType<typeof aHost>>;
let out: string;
beforeEach(async () => {
  host = await aHost();
  out = join(host.base, 'out');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await host.remove();
});

const withActions = (...postrender: readonly Record<string, unknown>[]) => ({
  ...host.job,
  actions: { postrender },
});
const ofPictures = (...postrender: readonly Record<string, unknown>[]) => ({
  ...withActions(...postrender),
  template: {
    src: pathToFileURL(host.files.templatePath).href,
    composition: 'main',
    outputExt: 'png',
  },
});
const list = () => (existsSync(out) ? readdirSync(out).sort() : []);
const pictures = (name: string) =>
  Array.from({ length: 10 }, (_, number) => `${name}_${String(number).padStart(5, '0')}.png`);

test('a sequence appears in a new folder in one step', async () => {
  const folder = join(out, 'shot');
  let seen: readonly string[] = [];
  const { end, observed } = await host.render(ofPictures({ module: COPY, output: folder }), {
    publishing: {
      mayPublish: async () => {
        seen = list();
        return 'yes';
      },
    },
  });
  expect(end).toEqual({ kind: 'completed' });
  expect(seen).toEqual([expect.stringMatching(/^\.shot\..*\.part$/)]);
  expect([list(), readdirSync(folder).sort()]).toEqual([['shot'], pictures('result')]);
  expect(observed).toMatchObject({ asked: [null], published: [folder] });
  expect(observed.transfers[0]).toMatchObject({ direction: 'copy', files: 10, filesDone: 0 });
  expect(observed.questions).toMatchObject([{ move: { kind: 'folder', path: folder } }]);
});

test('a sequence goes into an existing folder file by file; the job gets a warning', async () => {
  await mkdir(out);
  await writeFile(join(out, 'shot_00003.png'), 'of an earlier attempt');
  const output = join(out, 'shot_[#####].png');
  const { end, observed } = await host.render(ofPictures({ module: COPY, output }));
  expect(end).toEqual({ kind: 'completed' });
  const [part = ''] = observed.parts;
  expect(list()).toEqual([basename(part), ...pictures('shot')]);
  expect(readdirSync(part)).toEqual([]);
  expect(readFileSync(join(out, 'shot_00003.png')).toString('latin1', 1, 4)).toBe('PNG');
  expect(observed.asked).toEqual([
    `The 10 files in ${out} are published one after the other, because the folder exists ` +
      'already. If an attempt ends in between, only some of them are its own.',
  ]);
  expect(observed.questions).toMatchObject([{ move: { kind: 'files', path: out, count: 10 } }]);
});

test('several pictures do not fit one file, and a single picture does', async () => {
  const output = join(out, 'still.png');
  const job = ofPictures({ module: COPY, output });
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

/** Installs a program that takes ffmpeg's arguments and writes the files that the output names. */
async function installFfmpeg(): Promise<void> {
  const path = join(host.base, 'ffmpeg');
  await writeFile(
    path,
    `#!/usr/bin/env node
const fs = require('node:fs');
const output = process.argv.at(-1);
const input = process.argv[process.argv.indexOf('-i') + 1];
const names = output.includes('%05d')
  ? ['00001', '00002'].map((n) => output.replace('%05d', n))
  : [output];
for (const name of names) fs.writeFileSync(name, 'encoded ' + fs.statSync(input).size);
`,
  );
  await chmod(path, 0o755);
  vi.stubEnv('NEXRENDER_FFMPEG', path);
}

test('ffmpeg writes into the job’s folder, and its output is published like a copy', async () => {
  await installFfmpeg();
  const output = join(out, 'result.mp4');
  let seen: readonly string[] = [];
  const { end, observed } = await host.render(
    withActions({ module: ENCODE, preset: 'mp4', output }),
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
  await installFfmpeg();
  const output = join(out, 'still_%05d.png');
  const { end, observed } = await host.render(withActions({ module: ENCODE, output }));
  expect(end).toEqual({ kind: 'completed' });
  expect(list()).toEqual(['still_00001.png', 'still_00002.png']);
  expect(observed).toMatchObject({ asked: [null], published: [out] });
});
