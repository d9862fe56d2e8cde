/*
 * A worker with RENDERDECK_CACHE_GB keeps what its renders download. The renders run as another
 * user if this machine allows it. The address of the source has a signature, which no file names.
 */
import { readdir, readFile, rename, symlink, unlink } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { findOtherUser } from '@renderdeck/render-host/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { farmOfFile } from './farm/farm-of-file.ts';
import { giveToUser } from './farm/give-to-user.ts';
import { listen } from './farm/listen.ts';

const SIGNATURE = 'planted-signature';
const { user } = await findOtherUser();
const CACHED = {
  RENDERDECK_CACHE_GB: '1',
  RENDERDECK_MIN_FREE_MB: '1',
  ...(user === null ? {} : { RENDERDECK_RENDER_USER: user.name }),
};
const requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  const etag = '"v1"';
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
  else response.writeHead(200, { etag, 'content-type': 'image/png' }).end('a picture');
});
let listening: Awaited<ReturnType<typeof listen>>;
const farm = farmOfFile({}, { stays: 'files' });
beforeAll(async () => {
  listening = await listen(server);
  if (user !== null) giveToUser(farm.folders, user);
});
afterAll(() => listening.close());

const listCache = () => readdir(join(farm.scratchOf('one'), '.cache')).catch(() => []);
/** Renders a job with the source. Returns what the API says of its attempt, and its log. */
async function render() {
  const src = `http://127.0.0.1:${listening.port}/logo.png?X-Signature=${SIGNATURE}`;
  const assets = [{ type: 'image', layerName: 'logo', src }];
  const job = await farm.submit({ change: (sample) => ({ ...sample, assets }) });
  await farm.until(job.id, 'COMPLETED');
  const [attempt] = (await farm.show(job.id)).attempts;
  const log = await fetch(`${farm.url}/api/jobs/${job.id}/attempts/1/log`, {
    headers: { authorization: `Bearer ${farm.token}` },
  });
  return { cached: attempt?.cachedSources, removal: attempt?.removal, log: await log.text() };
}
const asked = () => requests.map(({ headers }) => headers['if-none-match'] ?? 'the file');

test('a later job gets its source from the cache, also after the worker was killed', async () => {
  const worker = await farm.startWorker('one', CACHED);
  expect(await render()).toMatchObject({ cached: { sources: 1, cached: 0, bytes: 0 } });
  await waitFor(async () => (await listCache()).some((name) => name.endsWith('.json')), {
    what: 'the note of the file',
  });
  await worker.kill();
  await farm.startWorker('one', CACHED);
  const later = await render();
  expect(later).toMatchObject({
    cached: { sources: 1, cached: 1, bytes: 9 },
    removal: { leftovers: [] },
    log: expect.stringContaining('> assets[0].src was in the cache (version "v1").'),
  });
  expect(asked()).toEqual(['the file', '"v1"']);
  const names = await listCache();
  expect(names).toHaveLength(2);
  for (const name of names) {
    const content = await readFile(join(farm.scratchOf('one'), '.cache', name), 'utf8');
    expect(`${name} ${content}`).not.toMatch(/planted|logo|127[.]0/);
  }
});

test('a cache that cannot be used is named in the log, and renders go on', async () => {
  const path = join(farm.scratchOf('one'), '.cache');
  await rename(path, `${path}d`);
  await symlink(`${path}d`, path);
  const worker = await farm.startWorker('one', CACHED);
  expect(await render()).toMatchObject({ cached: null });
  expect(asked().slice(2)).toEqual(['the file']);
  expect(worker.said()).toContain(`The cache ${path} is a link: remove it. Renders go on without`);
  expect(await worker.end()).toEqual({ code: 0, signal: null });
  await unlink(path);
  await rename(`${path}d`, path);
});

test('a worker without the setting has no cache, and removes an earlier one', async () => {
  expect(await listCache()).toHaveLength(2);
  await farm.startWorker('one');
  expect(await render()).toMatchObject({ cached: null });
  expect(asked().slice(3)).toEqual(['the file']);
  expect(await farm.files('one')).toEqual([]);
});
