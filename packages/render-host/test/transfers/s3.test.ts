/* The store of S3: what it says of a file, and what it makes of a bad server. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from '../../src/transfers/stores/s3.mjs';
import type { Access } from '../../src/transfers/stores/store.ts';
import { type Act, LOGINS, REGION, refusal, startS3 } from '../../testing/stores/s3-server.ts';
import { portOf } from '../../testing/stores/serve.ts';
import { aStore, failureOf, final, passing, readAll } from './a-store.ts';

const FILM = randomBytes(100_000);
const KEY = 'films of 2026/a+b (1)/é.mp4';

let s3: Awaited<ReturnType<typeof startS3>>;
const shared = aStore(openStore, {});
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
  expect(await failureOf(store.describe('no.mp4'))).toMatchObject(
    final('the server answered 404 Not Found (NoSuchKey)'),
  );
  const elsewhere = await open(LOGINS.writer, 'nobodys');
  expect(await failureOf(elsewhere.store.describe(KEY))).toMatchObject(
    final('the server answered 404 Not Found (NoSuchBucket)'),
  );
  const wrong = await open({ ...LOGINS.writer, secretAccessKey: 'wrong' });
  expect(await failureOf(wrong.store.read(KEY, 0, null))).toMatchObject(
    final('the server answered 403 Forbidden (SignatureDoesNotMatch)'),
  );
  expect(await failureOf(open({ profile: 'nobodys' }))).toMatchObject(
    final(
      'no login could be made: Could not resolve credentials using profile: [nobodys] in ' +
        'configuration/credentials file(s)',
    ),
  );
});

const cut: Act = (response) => response.destroy();
test.each<[string, Act, object]>([
  ['is busy', refusal(503, 'SlowDown'), passing('503 Service Unavailable (SlowDown)')],
  [
    'asks to wait',
    refusal(429, 'TooMany', { 'retry-after': '7' }),
    passing('429 Too Many Requests (TooMany)', { waitMs: 7000 }),
  ],
  ['was too slow', refusal(400, 'RequestTimeout'), passing('400 Bad Request (RequestTimeout)')],
  ['denies it', refusal(403, 'AccessDenied'), final('403 Forbidden (AccessDenied)')],
])('a server that %s', async (_, act, expected) => {
  const { store } = await open();
  s3.once('GET', act);
  const said = await failureOf(store.read(KEY, 0, null));
  expect({ ...said, message: said.message.replace('the server answered ', '') }).toMatchObject(
    expected,
  );
  // The SDK does not repeat it.
  expect(s3.requests).toHaveLength(1);
});

test('a connection that is refused or cut, and a wrong length', async () => {
  const { store } = await open();
  s3.once('HEAD', cut);
  const noAnswer = 'the server closed the connection without an answer';
  expect(await failureOf(store.describe(KEY))).toMatchObject(passing(noAnswer));
  s3.once('GET', (response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setImmediate(() => response.destroy());
  });
  expect(await failureOf(readAll(store, KEY))).toMatchObject(
    passing('the connection was cut after 4 of 100 bytes'),
  );
  s3.once('GET', (response) => {
    response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmore than that');
  });
  expect(await failureOf(readAll(store, KEY))).toMatchObject(
    passing('the server sent more than the 4 bytes that it announced'),
  );
  const unused = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => unused.once('listening', listening));
  const port = portOf(unused.address() as Parameters<typeof portOf>[0]);
  await new Promise((closed) => unused.close(closed));
  const nobody = await open(LOGINS.writer, 'films', `http://127.0.0.1:${port}`);
  const refused = nobody.store.describe(KEY).catch((error) => error);
  expect(await refused).toMatchObject({ isPassing: true });
});

test('another version of the file', async () => {
  const { store } = await open();
  expect(await failureOf(store.read(KEY, 10, '"another"'))).toMatchObject(
    passing('the file on the server has changed'),
  );
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
  expect(shared.notes).toEqual([
    'No login for S3 was found, so the requests are sent without one.',
  ]);
  expect(s3.requests[0]?.headers.authorization).toBeUndefined();
  const { store } = await open({});
  expect(await failureOf(store.describe(KEY))).toMatchObject(
    final('the server answered 403 Forbidden (AccessDenied)'),
  );
  vi.stubEnv('AWS_ACCESS_KEY', LOGINS.reader.accessKeyId);
  vi.stubEnv('AWS_SECRET_KEY', LOGINS.reader.secretAccessKey);
  expect(await readAll((await open({})).store, KEY)).toHaveLength(100_000);
});
