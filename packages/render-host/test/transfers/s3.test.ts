/* The store of S3: what it says of a file, what it makes of a bad server, and its uploads. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from '../../src/transfers/stores/s3.mjs';
import type { Access } from '../../src/transfers/stores/store.ts';
import { findFreePort } from '../../testing/stores/file-servers.ts';
import { type Act, LOGINS, REGION, refusal, startS3 } from '../../testing/stores/s3-server.ts';
import { aStore, fails, final, finalAnswer, passing, passingAnswer, readAll } from './a-store.ts';

const FILM = randomBytes(100_000);
const KEY = 'films of 2026/a+b (1)/é.mp4';

let s3: Awaited<ReturnType<typeof startS3>>;
/** Two parts. */
const LONG = randomBytes(9_000_000);
const shared = aStore(openStore, { 'long.mp4': LONG, 'empty.mp4': '' });
beforeAll(async () => {
  s3 = await startS3();
  await s3.put('films', encodeURI(KEY), FILM);
  await s3.put('public', 'logo.png', 'a logo');
});
afterAll(() => s3.close());
afterEach(() => void s3.requests.splice(0));

async function open(access: Access = LOGINS.writer, bucket = 'films', endpoint = s3.endpoint) {
  return shared.open({ scheme: 's3', bucket, region: REGION, endpoint }, access);
}

test('describes a file and reads it, or its rest', async () => {
  const { store } = await open();
  const { version, ...described } = await store.describe(KEY);
  expect(described).toEqual({ size: 100_000, contentType: 'video/mp4', sums: [] });
  expect(version).toBe(`"${createHash('md5').update(FILM).digest('hex')}"`);
  expect((await readAll(store, KEY)).equals(FILM)).toBe(true);
  expect((await readAll(store, KEY, 99_990, version)).equals(FILM.subarray(99_990))).toBe(true);
  s3.once('GET', (response) => response.end(FILM));
  expect((await readAll(store, KEY, 99_990, version)).equals(FILM.subarray(99_990))).toBe(true);
  await fails(store.read(KEY, 10, '"another"'), passing('the file on the server has changed'));
});

test('names a checksum of the whole file only', async () => {
  const { store } = await open();
  const sums = { sha256: 'c2hhMjU2', crc32c: 'Y3Jj-2' };
  s3.once('HEAD', (response, { headers }) => {
    expect(headers['x-amz-checksum-mode']).toBe('ENABLED');
    for (const [name, sum] of Object.entries(sums))
      response.setHeader(`x-amz-checksum-${name}`, sum);
    response.end();
  });
  expect((await store.describe(KEY)).sums).toEqual([
    { algorithm: 'sha256', value: sums.sha256, whose: 'x-amz-checksum-sha256' },
  ]);
});

test('says what the server refuses, and that another try does not help', async () => {
  const { store } = await open();
  await fails(store.describe('no.mp4'), finalAnswer('404 Not Found (NoSuchKey)'));
  const elsewhere = await open(LOGINS.writer, 'nobodys');
  await fails(elsewhere.store.describe(KEY), finalAnswer('404 Not Found (NoSuchBucket)'));
  const wrong = await open({ ...LOGINS.writer, secretAccessKey: 'wrong' });
  await fails(wrong.store.read(KEY, 0, null), finalAnswer('403 Forbidden (SignatureDoesNotMatch)'));
  const none =
    'no login could be made: Could not resolve credentials using profile: [nobodys] in ' +
    'configuration/credentials file(s)';
  await fails(open({ profile: 'nobodys' }), final(none));
});

test.each<[string, Act, object]>([
  ['is busy', refusal(503, 'SlowDown'), passingAnswer('503 Service Unavailable (SlowDown)')],
  [
    'asks to wait',
    refusal(429, 'TooMany', { 'retry-after': '7' }),
    passingAnswer('429 Too Many Requests (TooMany)', { waitMs: 7000 }),
  ],
  [
    'was too slow',
    refusal(400, 'RequestTimeout'),
    passingAnswer('400 Bad Request (RequestTimeout)'),
  ],
  ['denies it', refusal(403, 'AccessDenied'), finalAnswer('403 Forbidden (AccessDenied)')],
])('a server that %s', async (_, act, expected) => {
  const { store } = await open();
  s3.once('GET', act);
  await fails(store.read(KEY, 0, null), expected);
  // The SDK does not repeat it.
  expect(s3.requests).toHaveLength(1);
});

test('a connection that is refused or cut, and a wrong length', async () => {
  const { store } = await open();
  s3.once('HEAD', (response) => response.destroy());
  const noAnswer = 'the server closed the connection without an answer';
  await fails(store.describe(KEY), passing(noAnswer));
  s3.once('GET', (response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setImmediate(() => response.destroy());
  });
  await fails(readAll(store, KEY), passing('the connection was cut after 4 of 100 bytes'));
  s3.once('GET', (response) => {
    response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmore than that');
  });
  await fails(
    readAll(store, KEY),
    passing('the server sent more than the 4 bytes that it announced'),
  );
  const nobody = await open(LOGINS.writer, 'films', `http://127.0.0.1:${await findFreePort()}`);
  const refused = nobody.store.describe(KEY).catch((error) => error);
  expect(await refused).toMatchObject({ isPassing: true });
});

test.each(['before the answer', 'in the body'])('an abort %s ends at once', async (when) => {
  const { store, end } = await open();
  const closed = new Promise((close) => {
    s3.once('GET', (response) => {
      response.once('close', close);
      if (when === 'in the body') response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => end.abort(new Error('stopped')));
    });
  });
  await expect(readAll(store, KEY)).rejects.toThrow('stopped');
  await closed;
  await expect(store.describe(KEY)).rejects.toThrow('stopped');
});

test('a public file needs no login, and the environment may have one', async () => {
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
    vi.stubEnv(name, shared.pathOf('none'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  const anonymous = await open({}, 'public');
  expect(`${await readAll(anonymous.store, 'logo.png')}`).toBe('a logo');
  const note = 'No login for S3 was found, so the requests are sent without one.';
  expect(shared.notes).toEqual([note]);
  expect(s3.requests[0]?.headers.authorization).toBeUndefined();
  const { store } = await open({});
  await fails(store.describe(KEY), finalAnswer('403 Forbidden (AccessDenied)'));
  vi.stubEnv('AWS_ACCESS_KEY', LOGINS.reader.accessKeyId);
  vi.stubEnv('AWS_SECRET_KEY', LOGINS.reader.secretAccessKey);
  expect(await readAll((await open({})).store, KEY)).toHaveLength(100_000);
});

test('an upload has no name before the end, and is whole after it', async () => {
  const { store } = await open();
  let sent = 0;
  const uploaded = await shared.upload(store, 'out.mp4', 'long.mp4', (bytes) => {
    expect(bytes).toBeLessThanOrEqual(1_000_000);
    sent += bytes;
  });
  expect(sent).toBe(LONG.length);
  expect(await s3.get('out.mp4')).toBeNull();
  await store.finish(uploaded);
  expect((await s3.get('out.mp4'))?.equals(LONG)).toBe(true);
  expect(s3.requests[0]?.headers).toMatchObject({
    ...{ 'content-type': 'video/mp4', 'x-amz-meta-job': '7', 'x-amz-acl': 'public-read' },
    ...{ 'cache-control': 'no-store', 'content-disposition': 'inline' },
  });
  const empty = await shared.upload(store, 'empty.mp4', 'empty.mp4');
  await store.finish(empty);
  expect(await s3.get('empty.mp4')).toHaveLength(0);
});

test('removes an upload, and one that is gone', async () => {
  const { store } = await open();
  const uploaded = await shared.upload(store, 'removed.mp4', 'long.mp4');
  const part = s3.requests.find(({ call }) => call.startsWith('PUT'))?.call ?? '';
  expect(await s3.hasUpload(part)).toBe(true);
  // Another process removes it.
  const other = await open();
  await other.store.remove(uploaded.temporary);
  expect(await s3.hasUpload(part)).toBe(false);
  await store.remove(uploaded.temporary);
  const isGone = { ...finalAnswer('404 Not Found (NoSuchUpload)'), isMaybe: false };
  await fails(store.finish(uploaded), isGone);
  expect(await s3.get('removed.mp4')).toBeNull();
});

test('an upload that is cut, damaged on its way, kept wrong or not allowed', async () => {
  const { store } = await open();
  s3.once('PUT', (response, request) => request.once('data', () => response.destroy()));
  await fails(shared.upload(store, 'cut.mp4', 'long.mp4'), { isPassing: true });
  const damage = (body: Buffer) => Buffer.concat([Buffer.from('?'), body.subarray(1)]);
  s3.once('PUT', (_response, _request, answer) => answer(damage));
  await fails(
    shared.upload(store, 'cut.mp4', 'long.mp4'),
    passingAnswer('400 Bad Request (BadDigest)'),
  );
  s3.once('PUT', (response, request) => {
    request.resume().once('end', () => response.setHeader('etag', `"${'0'.repeat(32)}"`).end());
  });
  await fails(shared.upload(store, 'cut.mp4', 'long.mp4'), {
    ...{ message: expect.stringMatching(/^part \d has another checksum on the server$/) },
    isPassing: true,
  });
  const reader = await open(LOGINS.reader);
  await fails(
    shared.upload(reader.store, 'cut.mp4', 'long.mp4'),
    finalAnswer('403 Forbidden (AccessDenied)'),
  );
  await expect(shared.upload(store, 'cut.mp4', 'no such file')).rejects.toThrow('ENOENT');
  expect(await s3.get('cut.mp4')).toBeNull();
});

test('an abort ends an upload at once', async () => {
  const { store, end } = await open();
  const closed = new Promise((close) => {
    s3.once('PUT', (_, request) => {
      request.once('close', close).once('data', () => end.abort(new Error('stopped')));
    });
  });
  await expect(shared.upload(store, 'cut.mp4', 'long.mp4')).rejects.toThrow('stopped');
  await closed;
});

test('a lost answer to the end: it may be there, and a second call finds it', async () => {
  const { store } = await open();
  const uploaded = await shared.upload(store, 'maybe.mp4', 'long.mp4');
  s3.once('POST', (response, request) => {
    request.resume();
    response.destroy();
  });
  await fails(store.finish(uploaded), { isPassing: true, isMaybe: true });
  s3.once('POST', async (response, _request, answer) => {
    response.writeHead = () => response;
    Object.assign(response, { end: () => response.destroy() });
    await answer();
  });
  await fails(store.finish(uploaded), { isPassing: true, isMaybe: true });
  await store.finish(uploaded);
  expect((await s3.get('maybe.mp4'))?.equals(LONG)).toBe(true);
});
