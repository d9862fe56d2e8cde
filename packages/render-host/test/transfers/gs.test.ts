/* The store of Google Cloud Storage: what it says of a file, a bad server, and its uploads. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from '../../src/transfers/stores/gs.mjs';
import type { Access } from '../../src/transfers/stores/store.ts';
import { type Act, account, refusal, startGs, UNIT_BYTES } from '../../testing/stores/gs-server.ts';
import { aStore, fails, finalAnswer, passing, passingAnswer, readAll } from './a-store.ts';

const FILM = randomBytes(100_000);
const LONG = randomBytes(2_000_000);
const KEY = 'films of 2026/../a+b (1)/é.mp4';
const writer: Access = { serviceAccount: account('writer') };

let gs: Awaited<ReturnType<typeof startGs>>;
const shared = aStore(openStore, { 'long.mp4': LONG, 'short.mp4': 'short', 'empty.mp4': '' });
beforeAll(async () => {
  gs = await startGs();
  gs.put(KEY, FILM);
});
afterAll(() => gs.close());
afterEach(() => void gs.requests.splice(0));

async function open(access = writer, bucket = 'films', endpoint: string | null = gs.endpoint) {
  return shared.open({ scheme: 'gs', bucket, region: null, endpoint }, access);
}

test('describes a file and reads it, or its rest', async () => {
  const { store } = await open();
  const { version, ...described } = await store.describe(KEY);
  const md5 = createHash('md5').update(FILM).digest('base64');
  expect(described).toEqual({
    ...{ size: 100_000, contentType: 'video/mp4' },
    sums: [
      { algorithm: 'md5', value: md5, whose: 'md5Hash' },
      { algorithm: 'crc32c', value: 'AAAAAA==', whose: 'crc32c' },
    ],
  });
  expect((await readAll(store, KEY)).equals(FILM)).toBe(true);
  expect((await readAll(store, KEY, 99_990, version)).equals(FILM.subarray(99_990))).toBe(true);
  await fails(store.read(KEY, 10, '7'), passing('the file on the server has changed'));
  gs.put('packed.txt', 'packed', { contentEncoding: 'gzip' });
  expect(await store.describe('packed.txt')).toMatchObject({ size: null, sums: [] });
});

test('says what the server refuses, and that another try does not help', async () => {
  const { store } = await open();
  await fails(store.describe('no.mp4'), finalAnswer('404 Not Found (notFound)'));
  const reader = await open({ serviceAccount: account('reader') });
  await fails(
    shared.upload(reader.store, 'no.mp4', 'long.mp4'),
    finalAnswer('403 Forbidden (forbidden)'),
  );
  const broken = await open({ serviceAccount: { ...account('writer'), private_key: 'none' } });
  await fails(broken.store.describe(KEY), { isPassing: false });
});

test.each<[string, Act, object]>([
  [
    'is busy',
    refusal(503, 'backendError'),
    passingAnswer('503 Service Unavailable (backendError)'),
  ],
  [
    'asks to wait',
    refusal(429, 'rateLimitExceeded', { 'retry-after': '7' }),
    passingAnswer('429 Too Many Requests (rateLimitExceeded)', { waitMs: 7000 }),
  ],
])('a server that %s', async (_, act, expected) => {
  const { store } = await open();
  gs.once('GET', act);
  await fails(store.describe(KEY), expected);
  expect(gs.requests).toHaveLength(1);
});

test('a connection that is cut, and a wrong length', async () => {
  const { store } = await open();
  gs.once('GET', (response) => response.destroy());
  await fails(store.describe(KEY), passing('the server closed the connection without an answer'));
  gs.once('GET', (response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setImmediate(() => response.destroy());
  });
  await fails(readAll(store, KEY), passing('the connection was cut after 4 of 100 bytes'));
  gs.once('GET', (response) => {
    response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmore than that');
  });
  await fails(
    readAll(store, KEY),
    passing('the server sent more than the 4 bytes that it announced'),
  );
});

test('an abort ends a request at once', async () => {
  const { store, end } = await open();
  const closed = new Promise((close) => {
    gs.once('GET', (response) => {
      response.once('close', close);
      end.abort(new Error('stopped'));
    });
  });
  await expect(store.describe(KEY)).rejects.toThrow('stopped');
  await closed;
});

test('a public file needs no login, and another server gets none of the host', async () => {
  const keyFile = shared.pathOf('key.json');
  await writeFile(keyFile, JSON.stringify(account('writer')));
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', keyFile);
  gs.put('logo.png', 'a logo');
  const { store } = await open({}, 'public');
  expect(`${await readAll(store, 'logo.png')}`).toBe('a logo');
  const note = 'No login for Google Cloud Storage was found, so the requests are sent without one.';
  expect(shared.notes).toEqual([note]);
  expect(gs.requests[0]?.headers.authorization).toBeUndefined();
  // Nobody knows an account here, and no server is asked for one.
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '');
  vi.stubEnv('CLOUDSDK_CONFIG', shared.pathOf(''));
  vi.stubEnv('HOME', shared.pathOf(''));
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  await open({}, 'public', null);
  expect(shared.notes).toEqual([note, note]);
});

test('an upload has no name before the end, and is whole after it', async () => {
  const { store } = await open();
  let sent = 0;
  // It keeps only a part of the first bytes.
  gs.once('PUT', (response, request) => {
    const bytes = Buffer.alloc(UNIT_BYTES * 2);
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      chunk.copy(bytes, size);
      size += chunk.length;
    });
    request.once('end', () => {
      for (const session of gs.sessions.values()) session.bytes = bytes;
      response.writeHead(308, { range: `bytes=0-${bytes.length - 1}` }).end();
    });
  });
  const uploaded = await shared.upload(store, 'out.mp4', 'long.mp4', (bytes) => {
    expect(bytes).toBeLessThanOrEqual(1_000_000);
    sent += bytes;
  });
  expect(gs.files.has('out.mp4')).toBe(false);
  await store.finish(uploaded);
  const { bytes, resource } = gs.files.get('out.mp4') ?? {};
  expect(bytes?.equals(LONG)).toBe(true);
  expect(sent).toBeGreaterThan(LONG.length);
  expect(resource).toMatchObject({
    ...{ contentType: 'video/mp4', metadata: { job: '7' }, acl: 'publicRead' },
    ...{ cacheControl: 'no-store', contentDisposition: 'inline' },
  });
  for (const name of ['short', 'empty']) {
    const small = await shared.upload(store, `${name}.mp4`, `${name}.mp4`);
    expect(gs.files.has(`${name}.mp4`)).toBe(false);
    await store.finish(small);
    expect(`${gs.files.get(`${name}.mp4`)?.bytes}`).toBe(name === 'short' ? 'short' : '');
  }
});

test('removes an upload, and one that is gone', async () => {
  const { store } = await open();
  gs.sessions.clear();
  const uploaded = await shared.upload(store, 'removed.mp4', 'long.mp4');
  expect(gs.sessions.size).toBe(1);
  await store.remove(uploaded.temporary);
  expect(gs.sessions.size).toBe(0);
  await store.remove(uploaded.temporary);
  await fails(store.finish(uploaded), finalAnswer('404 Not Found (notFound)'));
  // Another process does not know its address; Google forgets it.
  await (await open()).store.remove(uploaded.temporary);
  expect(gs.files.has('removed.mp4')).toBe(false);
});

test('an upload that is cut, or of which not all has arrived', async () => {
  const { store } = await open();
  gs.once('PUT', (response, request) => request.once('data', () => response.destroy()));
  await fails(shared.upload(store, 'cut.mp4', 'long.mp4'), { isPassing: true });
  gs.once('PUT', (response, request) => {
    request.resume().once('end', () => response.writeHead(308).end());
  });
  await fails(
    shared.upload(store, 'cut.mp4', 'long.mp4'),
    passing('the server has 0 of the 1835008 bytes that were sent'),
  );
  const uploaded = await shared.upload(store, 'cut.mp4', 'long.mp4');
  for (const session of gs.sessions.values()) session.bytes = Buffer.from(session.bytes).fill(0);
  await fails(store.finish(uploaded), finalAnswer('400 Bad Request (invalid)'));
  await expect(shared.upload(store, 'cut.mp4', 'no such file')).rejects.toThrow('ENOENT');
  expect(gs.files.has('cut.mp4')).toBe(false);
});

test('an abort ends an upload at once', async () => {
  const { store, end } = await open();
  const closed = new Promise((close) => {
    gs.once('PUT', (_, request) => {
      request.once('close', close).once('data', () => end.abort(new Error('stopped')));
    });
  });
  await expect(shared.upload(store, 'cut.mp4', 'long.mp4')).rejects.toThrow('stopped');
  await closed;
});

test('a lost answer to the end: it may be there, and a second call finds it', async () => {
  const { store } = await open();
  const uploaded = await shared.upload(store, 'maybe.mp4', 'long.mp4');
  gs.once('PUT', (response) => response.destroy());
  await fails(store.finish(uploaded), { isPassing: true, isMaybe: true });
  expect(gs.files.has('maybe.mp4')).toBe(false);
  const lost: Act = async (response, _request, answer) => {
    Object.assign(response, { end: () => response.destroy() });
    await answer();
  };
  gs.once('PUT', lost);
  await fails(store.finish(uploaded), { isPassing: true, isMaybe: true });
  expect(gs.files.has('maybe.mp4')).toBe(true);
  await store.finish(uploaded);
  expect(gs.files.get('maybe.mp4')?.bytes.equals(LONG)).toBe(true);
});
