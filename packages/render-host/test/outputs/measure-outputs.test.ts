/* What ffprobe finds, with real files: films, a sequence, a broken file; and without an answer. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOfFile } from '@renderdeck/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { measure, setProbe } from '../../src/outputs/measure-outputs.mjs';
import { readCopied, readMeasured } from '../../src/outputs/output-message.ts';
import { startProbe } from '../../src/process/run-probe.mjs';

const { path: folder } = folderOfFile('outputs');
afterEach(() => setProbe(null));

const FFMPEG = '/usr/bin/ffmpeg';
const FFPROBE = '/usr/bin/ffprobe';
const FILE = { kind: 'file', files: 1 } as const;
const NOTHING = { seconds: null, codec: null, width: null, height: null, frames: null };

function film(name: string, ...codec: string[]): string {
  const path = join(folder, name);
  const source = ['-f', 'lavfi', '-i', 'testsrc=duration=2:size=320x180:rate=25'];
  execFileSync(FFMPEG, ['-loglevel', 'error', ...source, ...codec, path]);
  return path;
}

async function aProgram(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

describe.skipIf(!existsSync(FFPROBE))('with ffprobe', () => {
  test('a film has a length, a codec, a size and frames, counted if need be', async () => {
    setProbe(FFPROBE);
    const found = { seconds: 2, width: 320, height: 180, frames: 50, why: null };
    const mp4 = film('a.mp4', '-pix_fmt', 'yuv420p');
    expect(await measure(FILE, mp4)).toEqual({ ...found, codec: 'h264 (High)' });
    // A WebM does not say how many frames it has.
    const webm = film('a.webm', '-pix_fmt', 'yuv420p');
    expect(await measure(FILE, webm)).toEqual({ ...found, codec: 'vp9' });
  });

  test('a sequence has its counted frames and the size of its first picture', async () => {
    setProbe(FFPROBE);
    // The name has a pattern of ffmpeg, and is no pattern here.
    const frame = film('%03d_[1].png', '-frames:v', '1', '-update', '1');
    const found = { ...NOTHING, codec: 'png', width: 320, height: 180, why: null };
    expect(await measure({ kind: 'sequence', files: 412 }, frame)).toEqual({
      ...{ ...found, frames: 412 },
    });
    expect(await measure(FILE, frame)).toEqual({ ...found, frames: 1 });
  });

  test('a broken file, a list of other files and a text are not readable', async () => {
    setProbe(FFPROBE);
    const whole = await readFile(film('whole.mp4'));
    const broken = join(folder, 'broken.mp4');
    // The end of the file says what it contains.
    await writeFile(broken, whole.subarray(0, whole.length / 2));
    const list = join(folder, 'list.mp4');
    await writeFile(list, `ffconcat version 1.0\nfile '${join(folder, 'whole.mp4')}'\n`);
    for (const path of [broken, list])
      expect(await measure(FILE, path)).toEqual({ ...NOTHING, why: 'unreadable' });
  });
});

test('without ffprobe, and of several files, only the copy is known', async () => {
  expect(await measure(FILE, '/a.mp4')).toEqual({ ...NOTHING, why: 'noFfprobe' });
  setProbe(join(folder, 'no-such-program'));
  const source = join(folder, 'a.png');
  await writeFile(source, 'a');
  expect(await measure({ kind: 'sequence', files: 3 }, source)).toEqual({
    ...{ ...NOTHING, frames: 3, why: 'noFfprobe' },
  });
  expect(await measure({ kind: 'files', files: 3 }, '/a.ts')).toMatchObject({ why: 'several' });
});

test('an ffprobe that hangs is ended, and one that prints nonsense has found nothing', async () => {
  const hangs = await aProgram('hangs', 'exec sleep 600');
  // It answers when the program has ended, so a program that is not killed would take 600 s.
  expect(await startProbe(hangs, [], 200).printed).toEqual({ problem: 'late' });
  const nonsense = await aProgram('nonsense', 'echo nonsense');
  setProbe(nonsense);
  expect(await measure(FILE, nonsense)).toEqual({ ...NOTHING, why: 'unreadable' });
});

test('a pipe is not read: each byte would be missing in the copy', async () => {
  const [pipe, started] = [join(folder, 'pipe'), join(folder, 'started')];
  execFileSync('mkfifo', [pipe]);
  setProbe(await aProgram('notes', `touch ${started}`));
  for (const path of [pipe, join(folder, 'missing')])
    expect(await measure(FILE, path)).toEqual({ ...NOTHING, why: 'unreadable' });
  expect(existsSync(started)).toBe(false);
});

test('what a render sends of an output is checked', () => {
  const sha256 = 'ab'.repeat(32);
  const good = { kind: 'sequence', bytes: 5, files: 2, sha256 };
  expect(readCopied(good)).toEqual(good);
  expect(readCopied({ kind: 'x', bytes: -1, files: 1.5, sha256: 'AB' })).toEqual({
    ...{ kind: 'file', bytes: 0, files: 1, sha256: null },
  });
  const huge = { seconds: Number.POSITIVE_INFINITY, codec: `a\0${'b'.repeat(99)}`, width: 2 ** 40 };
  const { codec, ...others } = readMeasured({ ...huge, height: -1, frames: '3', why: 'a lie' });
  expect({ ...others, codec: null }).toEqual({ ...NOTHING, why: null });
  expect(codec).toHaveLength(80);
  expect(codec).not.toContain('\0');
});
