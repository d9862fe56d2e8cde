/*
 * Pictures of what renders, from the frame on the disk of a host to whoever may see it: a sequence,
 * a film, a render without output, a host that makes none, and a cancel while a picture is made.
 * Then what is published, as the host measured it: a film, a sequence, an ffprobe that hangs.
 * Long because: its tests share one farm.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jobPicturesSchema, type WireJobPictures, type WireOutput } from '@renderdeck/contract';
import { copyTo } from '@renderdeck/standalone/testing';
import { type Hold, writeHoldAction } from '@renderdeck/testing/hold-action';
import { waitFor } from '@renderdeck/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { farmOfFile } from './farm/farm-of-file.ts';

const COPY = '@nexrender/action-copy';
const WITHIN_MS = 180_000;
const RENDERS = { frames: 40, frameMs: 20 };
const answer = z.object({ jobs: z.array(jobPicturesSchema) });

const farm = farmOfFile();
let hold: Hold;
let newHold: () => Hold;

beforeAll(async () => {
  const { assets } = farm.folders;
  const { module, hold: makeHold } = await writeHoldAction(assets);
  newHold = makeHold;
  hold = makeHold();
  const slow = join(assets, 'slow-ffmpeg');
  for (const path of [slow, join(assets, 'ffprobe')]) {
    await writeFile(path, '#!/bin/sh\nexec sleep 600\n');
    await chmod(path, 0o755);
  }
  const start = (name: string, more: Record<string, string> = {}) =>
    farm.startWorker(name, {
      RENDERDECK_ACTIONS: `${COPY},${module}`,
      RENDERDECK_LOCAL_ACTIONS: module,
      // A stop that waits for its grace period would never end here.
      RENDERDECK_STOP_GRACE_MS: '600000',
      RENDERDECK_TAGS: name,
      ...more,
    });
  await start('one', { RENDERDECK_PICTURES: 'on' });
  await start('slow', { RENDERDECK_PICTURES: 'on', NEXRENDER_FFMPEG: slow });
  await start('off');
});

type Job = Record<string, unknown>;
const asSequence =
  (outputExt: string, tags = 'one') =>
  (job: Job, output: string): Job => ({
    ...job,
    tags,
    template: { ...z.looseObject({}).parse(job.template), outputExt, outputModule: outputExt },
    actions: { postrender: [{ module: COPY, output: output.replace('.avi', '') }] },
  });

const get = (path: string, token: string | null = farm.token) =>
  fetch(`${farm.url}/api${path}`, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });

async function picturesOf(id: string): Promise<WireJobPictures> {
  const [job] = answer.parse(await (await get(`/pictures?ids=${id}`)).json()).jobs;
  if (job === undefined) throw new Error(`no pictures of ${id}`);
  return job;
}

const untilPictures = (id: string, what: string, isSo: (found: WireJobPictures) => boolean) =>
  waitFor(
    async () => {
      const found = await picturesOf(id);
      if (isSo(found)) return found;
      throw new Error(JSON.stringify({ ...found, small: null }));
    },
    { withinMs: WITHIN_MS, everyMs: 100, what: `job ${id} to have ${what}` },
  );
const hasPicture = ({ pictures }: WireJobPictures) => pictures.length > 0;

test('a sequence shows its last frame while it renders, to whoever may read the job', async () => {
  const job = await farm.submit({ held: true, project: RENDERS, change: asSequence('png') });
  const { pictures, small, noPicture } = await untilPictures(job.id, 'a picture', hasPicture);
  const [first] = pictures;
  expect(first).toMatchObject({ attempt: 1, number: 1, moment: null, width: 160, height: 90 });
  expect(noPicture).toBeNull();
  expect(Buffer.from(small ?? '', 'base64').toString('latin1', 8, 12)).toBe('WEBP');

  const path = `/jobs/${job.id}/attempts/1/pictures/1`;
  const read = await get(path);
  expect(read.status).toBe(200);
  expect(Object.fromEntries(read.headers)).toMatchObject({
    'content-type': 'image/webp',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=86400, immutable',
    vary: 'Cookie, Authorization',
  });
  const bytes = Buffer.from(await read.arrayBuffer());
  expect(bytes.toString('latin1', 8, 12)).toBe('WEBP');
  expect((await farm.show(job.id)).picture).toEqual(first);

  // Nobody else: without a token, with a revoked one, and not as a picture of another job.
  const other = await farm.submit({ held: true, change: (made) => ({ ...made, tags: 'slow' }) });
  await farm.untilPhase(other.id, 'rendering');
  expect((await get(path, null)).status).toBe(401);
  expect((await get(`/pictures?ids=${job.id}`, null)).status).toBe(401);
  expect((await get(`/jobs/${other.id}/attempts/1/pictures/1`)).status).toBe(404);
  const { body } = await farm.send('POST', '/tokens', { name: 'gone', role: 'viewer' });
  const made = z.object({ secret: z.string() }).parse(body);
  expect((await get(path, made.secret)).status).toBe(200);
  expect((await farm.send('DELETE', '/tokens/gone')).status).toBe(200);
  expect((await get(path, made.secret)).status).toBe(401);

  await Promise.all([job.release(), other.release()]);
  await farm.until(job.id, 'COMPLETED');
  await farm.until(other.id, 'COMPLETED');
});

test.skipIf(!existsSync('/usr/bin/ffmpeg'))(
  'a film shows the first, the middle and the last frame of its finished file',
  async () => {
    const job = await farm.submit({
      project: RENDERS,
      actions: (output) => ({ postrender: [hold.action, copyTo(output)] }),
      change: (made) => ({ ...made, tags: 'one' }),
    });
    const { pictures } = await untilPictures(job.id, 'pictures', hasPicture);
    expect(pictures.map(({ moment, frame }) => [moment, frame])).toEqual([
      ['first', 0],
      ['middle', 19],
      ['last', 39],
    ]);
    await hold.release();
    await farm.until(job.id, 'COMPLETED');
    expect((await picturesOf(job.id)).pictures).toEqual(pictures);
  },
);

test('where there is no picture, the reason is told', async () => {
  const silent = { held: true, project: { ...RENDERS, misbehave: 'writes-nothing' as const } };
  const nothing = await farm.submit({ ...silent, change: asSequence('png') });
  await untilPictures(nothing.id, 'no file', (found) => found.noPicture === 'Renders no file');
  await farm.cancel(nothing.id);

  const change = asSequence('png', 'off');
  const off = await farm.submit({ held: true, project: RENDERS, change });
  await untilPictures(off.id, 'none', (found) => found.noPicture === 'Pictures are off');
  await farm.cancel(off.id);
});

const untilPrograms = (id: string, names: readonly string[]) =>
  waitFor(
    async () => {
      const tree = await farm.processes(id);
      const found = tree.filter(({ name }) => names.includes(name));
      if (found.length === names.length) return found;
      throw new Error(tree.map(({ name }) => name).join());
    },
    { withinMs: WITHIN_MS, everyMs: 50, what: `${names.join(' and ')} to run` },
  );

test('a cancel while a picture is made ends it, and does not wait for it', async () => {
  const change = asSequence('exr', 'slow');
  const job = await farm.submit({ held: true, project: RENDERS, change });
  const { id } = await farm.untilPhase(job.id, 'rendering');
  const making = await untilPrograms(id, ['picture', 'sleep']);
  const { receipt } = await farm.cancel(job.id);
  expect(receipt.outcome).toBe('cancelled');
  expect(await farm.processes(id)).toEqual([]);
  const ended = new Map(receipt.processes.map(({ pid, endedBy }) => [pid, endedBy]));
  for (const { pid } of making) expect(ended.get(pid)).toMatch(/^(SIGTERM|itself)$/);
});

/** A job that publishes and then waits for its release. */
async function publishing(tags: string, sequence: boolean) {
  const held = newHold();
  let path = '';
  const job = await farm.submit({
    project: RENDERS,
    change(made, output) {
      path = sequence ? output.replace('.avi', '') : output;
      const as = sequence ? asSequence('png')(made, output) : made;
      return {
        ...as,
        tags,
        actions: { postrender: [{ module: COPY, output: path }, held.action] },
      };
    },
  });
  return { job, path, release: held.release };
}

const untilOutput = (id: string, what: string, isSo: (output: WireOutput) => boolean) =>
  waitFor(
    async () => {
      const output = (await farm.show(id)).attempts[0]?.outputs?.[0];
      if (output !== undefined && isSo(output)) return output;
      throw new Error(JSON.stringify(output));
    },
    { withinMs: WITHIN_MS, everyMs: 100, what: `the output of job ${id} to be ${what}` },
  );
const isMeasured = ({ notMeasured }: WireOutput) => notMeasured === null;

test.skipIf(!existsSync('/usr/bin/ffprobe'))(
  'what is published has a place, a size, a checksum and what ffprobe measured',
  async () => {
    const [film, frames] = [await publishing('one', false), await publishing('one', true)];
    const found = await untilOutput(film.job.id, 'measured', isMeasured);
    const bytes = readFileSync(film.path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const picture = { number: 1, width: 160, height: 90, frames: 40, notMeasured: null };
    expect(found).toMatchObject({ ...picture, path: film.path, kind: 'file', files: 1, sha256 });
    expect(found).toMatchObject({ bytes: bytes.length, codec: 'rawvideo', seconds: 1.6 });
    await film.release();
    await farm.until(film.job.id, 'COMPLETED');
    const place = `/jobs/${film.job.id}/attempts/1/outputs/1`;
    const { address } = z.object({ address: z.string() }).parse(await (await get(place)).json());
    const read = await get(address.replace('/api', ''));
    expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);

    expect(await untilOutput(frames.job.id, 'measured', isMeasured)).toMatchObject({
      ...{ ...picture, path: frames.path, kind: 'sequence', files: 40, sha256: null, codec: 'png' },
    });
    await frames.release();
    await farm.until(frames.job.id, 'COMPLETED');
  },
);

test('an ffprobe that hangs holds up no end, and a stop ends it with its proof', async () => {
  const ends = await publishing('slow', false);
  await ends.release();
  await farm.until(ends.job.id, 'COMPLETED');
  const { outputs } = (await farm.show(ends.job.id)).attempts[0] ?? {};
  expect(outputs).toMatchObject([{ notMeasured: 'The render ended before it was measured' }]);

  const { job } = await publishing('slow', false);
  const { id } = await farm.untilPhase(job.id, 'publishing');
  const [probe] = await untilPrograms(id, ['sleep']);
  await untilOutput(job.id, 'out', () => true);
  const { receipt } = await farm.cancel(job.id);
  expect(receipt).toMatchObject({ outcome: 'cancelled', output: 'published' });
  expect(await farm.processes(id)).toEqual([]);
  const ended = receipt.processes.find(({ pid }) => pid === probe?.pid);
  expect(ended?.endedBy).toMatch(/^(SIGTERM|itself)$/);
});
