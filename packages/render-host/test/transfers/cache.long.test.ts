/* Renders of one host get a source from its cache, from a real server. */
import { chmod, lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CachedSources } from '@renderdeck/domain';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { SourceCache } from '../../src/scratch/source-cache.ts';
import { CacheSession } from '../../src/transfers/cache/cache-session.ts';
import { Turns } from '../../src/transfers/cache/turns.ts';
import type { Credential } from '../../src/transfers/credentials.mjs';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { account } from '../../testing/stores/gs-server.ts';
import { LOGINS, REGION, startS3 } from '../../testing/stores/s3-server.ts';
import { type Answer, serve } from '../../testing/stores/serve.ts';
import { aHost, type MoreOptions } from '../nexrender/a-render.ts';
import { KINDS } from './kinds-of-stores.ts';

let server: Awaited<ReturnType<typeof serve>>;
const made = ofEachTest(aHostWithCache);
afterEach(() => server.close());

/** A host with a cache, whose jobs publish their first asset. */
async function aHostWithCache() {
  const host = await aHost({ frames: 1 });
  const root = join(host.base, 'scratch');
  const problems: string[] = [];
  const open = () =>
    SourceCache.open(root, { mostBytes: 1e9, minFreeBytes: 0 }, (sentence) =>
      problems.push(sentence),
    );
  const cache = { files: await open(), turns: new Turns() };
  let count = 0;
  /** The options and the output of a render of this asset. */
  const plan = (asset: Record<string, unknown>, more: MoreOptions = {}) => {
    count += 1;
    const output = join(host.base, 'out', `${count}.bin`);
    const counted: CachedSources[] = [];
    const openCache: MoreOptions['openCache'] = (scratch) =>
      new CacheSession(cache, {
        ...{ scratch, user: null, onCached: (one) => counted.push(one) },
        whileAsked: (ask) => ask(),
      });
    const copy = { module: '@nexrender/action-copy', input: 'source.bin', output };
    const assets = [{ type: 'static', name: 'source.bin', ...asset }];
    const job = { ...host.withActions(copy), assets };
    return { job, output, counted, more: { openCache, ...more } };
  };
  return {
    ...{ host, root, cache, problems, open, plan, remove: host.remove },
    listFiles: async () => (await readdir(join(root, '.cache'))).sort(),
  };
}

/** Answers with this version of a file, or with 304 to who has it. */
const version =
  (text: string, headers: Record<string, string> = {}): Answer =>
  (response, request) => {
    const etag = `"${text}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, ...headers }).end(`the film ${text}`);
  };

const at = (login = '') => `http://${login}127.0.0.1:${server.port}/source`;
/** What each request asked for: the file, or another version than this one. */
const asked = () => server.requests.map(({ headers }) => headers['if-none-match'] ?? 'the file');

async function render(asset: Record<string, unknown> = {}, more?: MoreOptions) {
  const plan = made.plan({ src: at(), ...asset }, more);
  const ran = await made.host.render(plan.job, plan.more);
  const { end, observed, removal } = ran;
  const lines = observed.lines.filter((line) => line.includes('was in the cache'));
  const text = await readFile(plan.output, 'utf8').catch(() => null);
  return { end, removal, lines, text, cached: plan.counted.at(-1) };
}
const completed = (text: string) => ({ end: { kind: 'completed' }, text: `the film ${text}` });

test('a later render asks for another version only, and gets a link', async () => {
  server = await serve(version('v1'));
  expect(await render()).toMatchObject({
    ...completed('v1'),
    ...{ lines: [], cached: { sources: 1, cached: 0, bytes: 0 } },
  });
  await made.cache.files.saved();
  const files = await made.listFiles();
  expect(files.join()).toMatch(/^[0-9a-f]{64}\.a,[0-9a-f]{64}\.json$/);
  const later = await render();
  expect(later).toMatchObject({
    ...completed('v1'),
    lines: [expect.stringMatching(/> assets\[0\]\.src was in the cache \(version "v1"\)\.$/)],
    cached: { sources: 1, cached: 1, bytes: 11 },
    removal: { leftovers: [] },
  });
  expect(asked()).toEqual(['the file', '"v1"']);
  expect(await made.listFiles()).toEqual(files);
  // A worker that starts again finds it.
  made.cache.files = await made.open();
  expect(await render()).toMatchObject({ ...completed('v1'), cached: { cached: 1 } });
  expect(asked().slice(2)).toEqual(['"v1"']);
});

test('a new version, and a file that was changed on the host, are downloaded again', async () => {
  server = await serve(version('v1'), version('v2'), version('v2'));
  expect(await render()).toMatchObject(completed('v1'));
  expect(await render()).toMatchObject({ ...completed('v2'), cached: { cached: 0 } });
  await made.cache.files.saved();
  const files = await made.listFiles();
  expect(files).toHaveLength(2);
  const changed = join(made.root, '.cache', files.find((name) => !name.endsWith('.json')) ?? '');
  await chmod(changed, 0o600);
  await writeFile(changed, 'the film xx');
  expect(await render()).toMatchObject({ ...completed('v2'), lines: [], cached: { cached: 0 } });
  expect(asked()).toEqual(['the file', '"v1"', '"v2"', 'the file']);
  expect(made.problems).toEqual([expect.stringMatching(/was changed by another program/)]);
  expect(await render()).toMatchObject({ ...completed('v2'), cached: { cached: 1 } });
});

test('only a job with the same login and headers gets the file', async () => {
  server = await serve(version('v1'));
  const params = { headers: { 'x-own': '1' } };
  for (const asset of [{ src: at('maria:secret@') }, {}, { params }, { params }])
    expect(await render(asset)).toMatchObject(completed('v1'));
  const noStore = { ...params, cache: 'no-store' };
  expect(await render({ params: noStore })).toMatchObject(completed('v1'));
  expect(asked()).toEqual(['the file', 'the file', 'the file', '"v1"', 'the file']);
});

test('two renders at once download a file once', async () => {
  const waiting: (() => void)[] = [];
  server = await serve((...to) => waiting.push(() => version('v1')(...to)), version('v1'));
  const [first, second] = [made.plan({ src: at() }), made.plan({ src: at() })];
  const lines: string[] = [];
  const onLine = (_: string, line: string) => lines.push(line);
  const renders = [first, second].map(({ job, more }) =>
    made.host.render(job, { ...more, onLine }),
  );
  await expect.poll(() => waiting.length, { timeout: 60_000 }).toBe(1);
  const waits = /> assets\[0\]\.src waits until another render of this host has downloaded it\.$/m;
  await expect.poll(() => lines.join('\n'), { timeout: 60_000 }).toMatch(waits);
  expect(server.requests).toHaveLength(1);
  waiting[0]?.();
  for (const { end } of await Promise.all(renders)) expect(end).toEqual({ kind: 'completed' });
  expect(asked()).toEqual(['the file', '"v1"']);
  expect([...first.counted, ...second.counted]).toContainEqual(
    expect.objectContaining({ cached: 1 }),
  );
});

test('when the render that downloads is stopped, the next one downloads', async () => {
  const half: Answer = (response) => {
    response.writeHead(200, { etag: '"v1"', 'content-length': 11 }).write('the');
  };
  server = await serve(half, version('v1'));
  const first = made.plan({ src: at() });
  const started = await made.host.start(first.job, first.more);
  started.render.go();
  await expect.poll(() => server.requests.length, { timeout: 60_000 }).toBe(1);
  const second = render();
  expect((await started.finish()).stop.survivors).toEqual([]);
  expect(await second).toMatchObject(completed('v1'));
  expect(asked()).toEqual(['the file', 'the file']);
});

test('what a server names no certain version of is not kept, and nobody waits for it', async () => {
  const waiting: (() => void)[] = [];
  const weak: Answer = (response) => {
    response.writeHead(200, { etag: 'W/"v1"' }).write('the film ');
    waiting.push(() => response.end('v1'));
  };
  server = await serve(weak, weak, version('v1', { 'cache-control': 'private, no-store' }));
  const renders = [render(), render()];
  await expect.poll(() => waiting.length, { timeout: 60_000 }).toBe(2);
  for (const end of waiting) end();
  for (const ran of renders) expect(await ran).toMatchObject(completed('v1'));
  expect(await render()).toMatchObject(completed('v1'));
  expect(await made.listFiles()).toEqual([]);
});

test('a file of a bucket is read once for each version', async () => {
  server = await serve(version('unused'));
  const { endpoint, put, requests, close } = await startS3();
  await put('films', 'a.mov', 'the film v1');
  const login = { name: 'own', for: ['s3://films'], headers: {}, region: REGION };
  const credentials = [{ ...login, access: LOGINS.writer, endpoint }];
  const get = () => render({ src: 's3://films/a.mov' }, { credentials });
  for (const cached of [0, 1])
    expect(await get()).toMatchObject({ ...completed('v1'), cached: { cached } });
  await put('films', 'a.mov', 'the film v2');
  expect(await get()).toMatchObject({ ...completed('v2'), cached: { cached: 0 } });
  expect(requests.filter(({ call }) => call.startsWith('GET '))).toHaveLength(2);
  await close();
});

describe.each(KINDS)('$name', ({ isLeftOut, start }) => {
  if (isLeftOut) return test.skip('no server');

  test('with another login or none, a job gets nothing of the cache', async () => {
    server = await serve(version('unused'));
    const { credential, address, put, stop } = await start();
    onTestFinished(async () => void (await stop()));
    await put('source.bin', 'the film v1');
    const as = (credentials: readonly Credential[]) =>
      render({ src: address('source.bin') }, { credentials });
    const wrong = ['password', 'passphrase', 'secretAccessKey'].map((name) => [name, 'wrong']);
    const others = [...wrong, ['serviceAccount', account('reader')]];
    const changed = others.filter(([name]) => String(name) in credential.access);
    const access = { ...credential.access, ...Object.fromEntries(changed) };
    expect(changed).toHaveLength(1);
    expect(await as([credential])).toMatchObject({ ...completed('v1'), lines: [] });
    for (const credentials of [[{ ...credential, access }], []])
      expect(await as(credentials)).toMatchObject({ lines: [], cached: { cached: 0 } });
    expect(await as([credential])).toMatchObject({ cached: { cached: 1 } });
  });
});

/** Tells how many names the project and the asset have, and writes into the project. */
const WRITE = `const fs = require('node:fs');
  const [project, asset] = [job.template, job.assets[0]].map(({ dest }) => fs.lstatSync(dest));
  fs.writeFileSync(action.seen, JSON.stringify([project.nlink, asset.nlink, asset.mode & 0o777]));
  fs.appendFileSync(job.template.dest, ' ');`;

test('a render may write into its project, but not into an asset', async () => {
  const project = await readFile(made.host.files.templatePath);
  const tell: Answer = (response, request) => {
    if (request.url !== '/project.json') return version('v1')(response, request);
    const etag = '"p1"';
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(project);
  };
  server = await serve(tell);
  const module = await made.host.writeModule('write', WRITE);
  const seen = join(made.host.base, 'seen.json');
  for (const cached of [0, 2]) {
    const plan = made.plan({ src: at() }, { actions: [module, '@nexrender/action-copy'] });
    const template = { src: at().replace('source', 'project.json'), composition: 'main' };
    const actions = { ...plan.job.actions, postdownload: [{ module, seen }] };
    const ran = await made.host.render({ ...plan.job, template, actions }, plan.more);
    expect(ran.end).toEqual({ kind: 'completed' });
    expect(JSON.parse(await readFile(seen, 'utf8'))).toEqual([1, 2, 0o444]);
    expect(plan.counted.at(-1)).toMatchObject({ sources: 2, cached });
  }
  const kept = (await made.listFiles()).filter((name) => !name.endsWith('.json'));
  const contents = await Promise.all(
    kept.map((name) => readFile(join(made.root, '.cache', name), 'utf8')),
  );
  expect(contents).toContain(`${project}`);
  expect((await lstat(join(made.root, '.cache'))).mode & 0o777).toBe(0o700);
});
