/*
 * Each phase of a render has a stall limit: the longest time without a new byte or frame. A render
 * that stalls is ended with a sentence that names the phase, the limit and the last movement. A
 * render that is slow but moves is not ended. The servers, pipes and programs of the tests are
 * real.
 */
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openFrozenFolder } from '@renderdeck/render-host/testing';
import type { WorkerUnderTest } from '@renderdeck/standalone/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { holdJob } from './hold-job.ts';
import { freeze, submitPiped, writePipeAction } from './pipe-action.ts';
import { installSlowFfmpeg, makePipe, startSlowServer, writeSlowAction } from './slow-things.ts';

const LIMIT_MS = 5000;
const COPY = '@nexrender/action-copy';
const ENCODE = '@nexrender/action-encode';

const farm = farmOfFile({
  RENDERDECK_LEASE_MS: '60000',
  RENDERDECK_SLOTS: '8',
  RENDERDECK_RENDER_LIMITS: `${LIMIT_MS / 1000}s,launch=3m`,
});
let worker: WorkerUnderTest;
let server: Awaited<ReturnType<typeof startSlowServer>>;
let slow: string;
let pipes: Awaited<ReturnType<typeof writePipeAction>>;
/** An output folder on a file system that accepts no bytes. */
let frozen: ReturnType<typeof openFrozenFolder>;

beforeAll(async () => {
  frozen = openFrozenFolder();
  server = await startSlowServer();
  slow = await writeSlowAction(farm.folders.assets);
  pipes = await writePipeAction(farm.folders.assets);
  worker = await farm.startWorker('one', {
    RENDERDECK_ACTIONS: [COPY, ENCODE, slow, pipes.module].join(','),
    RENDERDECK_LOCAL_ACTIONS: pipes.module,
    RENDERDECK_OUTPUT_ROOTS: [farm.folders.output, 'path' in frozen ? frozen.path : '']
      .filter((path) => path !== '')
      .join(delimiter),
    NEXRENDER_FFMPEG: await installSlowFfmpeg(farm.folders.assets),
  });
});
afterAll(async () => {
  await server.close();
  if ('path' in frozen) frozen.close();
});

type Change = (job: Record<string, unknown>, output: string) => Record<string, unknown>;

const withAsset =
  (src: string): Change =>
  (job) => ({ ...job, assets: [{ type: 'image', layerName: 'logo', src }] });
const withActions =
  (actions: (output: string) => Record<string, unknown[]>): Change =>
  (job, output) => ({
    ...job,
    actions: { postrender: [{ module: COPY, output }], ...actions(output) },
  });
const withPrerender = (action: object) => withActions(() => ({ prerender: [action] }));
const withPostrender = (action: object) => withActions(() => ({ postrender: [action] }));
const encodeTo = (name: string) =>
  withActions((output) => ({
    postrender: [{ module: ENCODE, output: join(output, '..', name) }],
  }));
const pipe = async (kind: 'never' | 'slow') =>
  pathToFileURL(await makePipe(join(farm.folders.assets, `share-${kind}.png`), kind)).href;

/** Submits a job for each change. Returns how each job ended, and its failure. */
async function runAll(changes: Readonly<Record<string, Change>>) {
  const jobs = [];
  for (const [name, change] of Object.entries(changes))
    jobs.push({ name, job: await farm.submit({ change }) });
  const ended = await Promise.all(
    jobs.map(async ({ name, job }) => {
      const { view, attempts } = await farm.untilJob(
        job.id,
        'at an end',
        ({ view: { job } }) => job.endedAt !== null,
        90_000,
      );
      return [name, { failure: view.job.failure, attempts: attempts.length }] as const;
    }),
  );
  return Object.fromEntries(ended);
}

test('a render that stalls is ended with its phase and last movement', async () => {
  const ended = await runAll({
    'a server that never answers': withAsset(server.url('/never.png')),
    'a server that stops in the middle': withAsset(server.url('/part.png')),
    'a share that gives nothing': withAsset(await pipe('never')),
    'an action before the render': withPrerender({ module: slow, kind: 'never' }),
    'a program that only tells that it waits': withPostrender({
      module: slow,
      kind: 'waitingProgram',
    }),
    'an encoding': encodeTo('never.mp4'),
    'an upload': withPostrender({
      module: slow,
      kind: 'upload',
      url: server.url('/upload/never'),
    }),
  });
  const sentence = (phase: string, last: string, limit: string, more = '') => ({
    failure: expect.stringMatching(
      new RegExp(`^${phase} stopped moving: ${last} for 5 s \\(${limit} stall limit\\)[.]${more}$`),
    ),
    attempts: 1,
  });
  expect(ended).toEqual({
    'a server that never answers': sentence(
      'Downloading',
      '.*, nothing more',
      'download',
      ' Nothing came from assets\\[0\\][.]src \\(http://.*/never[.]png\\)[.]',
    ),
    'a server that stops in the middle': sentence(
      'Downloading',
      '1[.]5 MB (of asset-1-part[.]png|over the network), nothing more',
      'download',
    ),
    'a share that gives nothing': sentence(
      'Downloading',
      '.*, nothing more',
      'download',
      ' Nothing came from assets\\[0\\][.]src \\(file://.*/share-never[.]png\\)[.]',
    ),
    'an action before the render': sentence('Preparing', '.*, nothing more', 'prepare'),
    'a program that only tells that it waits': sentence(
      'Publishing',
      '.*, nothing more',
      'publish',
    ),
    // On a busy machine the encoder may not have started yet. Then the render's output moved last.
    'an encoding': sentence(
      'Publishing',
      '(0 bytes of never[.]mp4|.* through programs|.* of result[.]avi), nothing more',
      'publish',
    ),
    'an upload': sentence('Publishing', '[0-9.]+ [kM]B over the network, nothing more', 'publish'),
  });
});

test('a render that is slow but moves is not ended', async () => {
  const ended = await runAll({
    'a slow server': withAsset(server.url('/slow.png')),
    'a slow share': withAsset(await pipe('slow')),
    'an action that writes a file': withPrerender({ module: slow, kind: 'write' }),
    'an encoding that tells how far it is': encodeTo('tells.mp4'),
    'an encoding that writes its output': encodeTo('writes.mp4'),
    'an upload': withPostrender({
      module: slow,
      kind: 'upload',
      url: server.url('/upload/slow'),
    }),
  });
  const whole = { failure: null, attempts: 1 };
  expect(ended).toEqual(Object.fromEntries(Object.keys(ended).map((name) => [name, whole])));
});

/** Submits a job with a copy whose bytes come from the test. */
async function startCopy() {
  const piped = pipes.pipes();
  const job = await submitPiped(farm, piped);
  return { job, copy: await piped.open(1) };
}

test('a stalled copy to the output folder is ended and leaves no part', async () => {
  const { job, copy } = await startCopy();
  await copy.write(Buffer.alloc(2_000_000));
  const { view, attempts } = await farm.until(job.id, 'FAILED');
  expect(view.job).toMatchObject({
    failure:
      'Publishing stopped moving: 2.0 MB of piped, nothing more for 5 s (publish stall limit).',
    output: 'none',
  });
  expect(attempts).toMatchObject([{ parts: [], stopReport: { survivors: [] } }]);
  await copy.close();
});

test('a copy into a folder that accepts no bytes is ended as soon as the kernel allows', async ({
  skip,
}) => {
  if ('reason' in frozen) return skip(frozen.reason);
  const output = join(frozen.path, 'film.avi');
  const job = await farm.submit({ change: withPostrender({ module: COPY, output }) });
  // The process sleeps in the kernel and cannot be killed, so the slot stays taken and says why.
  const { attempts } = await farm.untilJob(
    job.id,
    'with a survivor',
    (found) => (found.attempts[0]?.stopReport?.survivors.length ?? 0) > 0,
  );
  expect(attempts[0]?.confirmedAt).toBeNull();
  frozen.thaw();
  const { view } = await farm.until(job.id, 'FAILED');
  expect(view.job.failure).toMatch(/^Publishing stopped moving: .* \(publish stall limit\)[.]$/);
  expect(await readdir(frozen.path)).toEqual(['lost+found']);
});

test('a render that waits for the database before it publishes is not ended', async () => {
  const { job, copy } = await startCopy();
  const held = await holdJob(farm.database.url, job.id);
  await copy.write(Buffer.alloc(1000));
  await copy.close();
  await held.waiting('update jobs set'); // the second gate waits for the row
  await delay(1.5 * LIMIT_MS); // the test is about a wait that is longer than the limit
  await held.release();
  const { view } = await farm.until(job.id, 'COMPLETED');
  expect(view.job).toMatchObject({ failure: null, attempts: 1 });
});

test('a daemon that was frozen for longer than the limit ends no render', async () => {
  const { job, copy } = await startCopy();
  await farm.untilPhase(job.id, 'publishing');
  const { lastHeardAt } = await farm.untilHost('one', 'registered', () => true);
  const frozen = freeze([worker.pid]);
  await delay(1.5 * LIMIT_MS);
  frozen.thaw();
  await farm.untilHost('one', 'heard again', (host) => host.lastHeardAt > lastHeardAt);
  await copy.write(Buffer.alloc(1000));
  await copy.close();
  const { view } = await farm.until(job.id, 'COMPLETED');
  expect(view.job).toMatchObject({ failure: null, attempts: 1 });
});
