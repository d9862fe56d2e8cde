/*
 * How far its transfers are: what a real render tells its daemon while a server holds the files
 * back. No test measures time: a server sends each part of a file when the test says so.
 */
import { execFileSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { TransferCount } from '@renderdeck/domain';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { serve } from '../../testing/stores/serve.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { aHost, type MoreOptions } from '../nexrender/a-render.ts';

const COPY = '@nexrender/action-copy';
const SECRET = 'open-sesame';
const host = ofEachTest(() => aHost({ frames: 1 }));
/** The answer that the server has not ended yet, by the path of its request. */
let answers: Map<string, ServerResponse>;
let server: Awaited<ReturnType<typeof serve>>;
beforeEach(async () => {
  answers = new Map();
  server = await serve((response, { url = '' }) => answers.set(url.replace(/[?].*/, ''), response));
});
afterEach(() => server.close());

/** Starts a render of this job. */
async function start(job: Record<string, unknown>, more: MoreOptions = {}) {
  const { render, observed, finish } = await host.start(job, { secretTexts: [SECRET], ...more });
  render.go();
  return {
    ...{ ended: render.ended, observed, finish },
    /** Waits for a report that says this. */
    reports: (expected: Partial<TransferCount>) =>
      expect
        .poll(() => observed.transfers.at(-1), { timeout: 60_000 })
        .toEqual(expect.objectContaining(expected)),
  };
}
const withSources = (...paths: readonly string[]) => ({
  ...host.job,
  assets: paths.map((path) => ({ type: 'static', src: `http://127.0.0.1:${server.port}${path}` })),
});
const answered = async (path: string) => {
  await waitUntil(`a request of ${path}`, () => answers.has(path));
  const response = answers.get(path);
  if (response === undefined) throw new Error('The server has no such request.');
  answers.delete(path);
  return response;
};

test('several sources are counted together, also when a size is not known', async () => {
  const run = await start(
    withSources('/a%20b.bin', '/c.bin?token=not-shown', `/${SECRET}.bin`, '/d.bin'),
  );
  const [a, c, own, d] = [
    await answered('/a%20b.bin'),
    await answered('/c.bin'),
    await answered(`/${SECRET}.bin`),
    await answered('/d.bin'),
  ];
  await run.reports({
    ...{ direction: 'download', files: 4, filesDone: 0, bytes: 0, totalBytes: null },
    names: ['a b.bin (assets[0].src)', 'c.bin (assets[1].src)', '•••.bin (assets[2].src)'],
  });
  a.writeHead(200, { 'content-length': 1000 }).write(Buffer.alloc(400));
  c.writeHead(200).write(Buffer.alloc(50)); // in chunks, without a length
  own.writeHead(200, { 'content-length': 10 }).end(Buffer.alloc(10));
  d.writeHead(200, { 'content-length': 2000 }).write(Buffer.alloc(1));
  await run.reports({ filesDone: 1, bytes: 461, totalBytes: null, moved: 461 });
  c.end(Buffer.alloc(50));
  await run.reports({ filesDone: 2, bytes: 511, totalBytes: 3110 });
  d.end(Buffer.alloc(1999));
  await run.reports({ filesDone: 3, bytes: 2510, names: ['a b.bin (assets[0].src)'] });
  a.end(Buffer.alloc(600));
  expect(await run.ended).toEqual({ kind: 'completed' });
  await run.finish();
  const all = JSON.stringify(run.observed.transfers);
  expect(all).not.toMatch(/not-shown|open-sesame|127\.0\.0\.1/);
  // The downloads and the copy of the output each end with one report that shows nothing.
  expect(run.observed.transfers.filter((one) => one === null)).toHaveLength(2);
  expect(run.observed.transfers.at(-1)).toBeNull();
});

test('a try from the start counts back, and the rest of a file counts on', async () => {
  const run = await start(withSources('/again.bin', '/rest.bin'));
  const cut = (response: ServerResponse, headers = {}) => {
    response.writeHead(200, { 'content-length': 1000, ...headers });
    response.write(Buffer.alloc(400));
    return () => response.destroy();
  };
  const cutAgain = cut(await answered('/again.bin'));
  const cutRest = cut(await answered('/rest.bin'), { 'accept-ranges': 'bytes', etag: '"v1"' });
  await run.reports({ bytes: 800, totalBytes: 2000, moved: 800 });
  cutAgain();
  (await answered('/again.bin')).writeHead(200, { 'content-length': 900 }).write(Buffer.alloc(1));
  await run.reports({ bytes: 401, totalBytes: 1900, moved: 801 });
  cutRest();
  const range = { 'content-range': 'bytes 400-999/1000' };
  (await answered('/rest.bin')).writeHead(206, range).write(Buffer.alloc(100));
  await run.reports({ bytes: 501, totalBytes: 1900, moved: 901 });
  await run.finish();
});

test('a copy of an output is counted while it is written', async () => {
  const pipe = join(host.base, 'pipe.bin');
  execFileSync('mkfifo', [pipe]);
  const from = JSON.stringify(pipe);
  const link = `require('node:fs').symlinkSync(${from}, job.workpath + '/film.bin')`;
  const module = await host.writeModule('pipe', link);
  const output = join(host.out, 'film.mov');
  const run = await start(
    host.withActions({ module }, { module: COPY, input: 'film.bin', output }),
    { actions: [module, COPY], localActions: [module] },
  );
  const writer = await open(pipe, 'w');
  await writer.write(Buffer.alloc(5000));
  await run.reports({
    ...{ direction: 'copy', files: 1, filesDone: 0, names: ['film.mov'], bytes: 5000 },
  });
  await writer.close();
  expect(await run.ended).toEqual({ kind: 'completed' });
  expect(run.observed.transfers.at(-1)).toBeNull();
  await run.finish();
});
