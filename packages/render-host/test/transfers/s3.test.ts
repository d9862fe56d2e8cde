/* The store of S3: what it says of a file, what it makes of a bad server, and its uploads. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { temporaryFolder } from '@renderdeck/testing/temporary-folder';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../src/transfers/s3.mjs';
import type { Access, Store } from '../../src/transfers/store.ts';
import { TransferFailed } from '../../src/transfers/transfer-failed.mjs';
import { portOf } from './serve.ts';
import { type Act, LOGINS, REGION, refusal, startS3 } from './s3-server.ts';

const FILM = randomBytes(100_000);
/** Two parts. */
const LONG = randomBytes(9_000_000);
const KEY = 'films of 2026/a+b (1)/é.mp4';
const passing = (message: string, more = {}) => ({ message, isPassing: true, ...more });
const final = (message: string) => ({ message, isPassing: false, waitMs: null });

describe('S3', () => {
  let s3: Awaited<ReturnType<typeof startS3>>;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const notes: string[] = [];
  const opened: { store: Store; end: AbortController }[] = [];
  beforeAll(async () => {
    s3 = await startS3();
    folder = await temporaryFolder('s3');
    await s3.put('films', encodeURI(KEY), FILM);
    await s3.put('public', 'logo.png', 'a logo');
    await writeFile(join(folder.path, 'long.mp4'), LONG);
    await writeFile(join(folder.path, 'empty.mp4'), '');
  });
  afterAll(async () => {
    await s3.close();
    await folder.remove();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    notes.splice(0);
    s3.requests.splice(0);
    await Promise.all(opened.splice(0).map(({ store }) => store.close()));
  });

  async function open(access: Access = LOGINS.writer, bucket = 'films', endpoint = s3.endpoint) {
    const end = new AbortController();
    const place = { scheme: 's3' as const, host: '', port: null, bucket, key: '' };
    const how = { signal: end.signal, onNote: (note: string) => void notes.push(note) };
    const store = await openStore({ ...place, region: REGION, endpoint }, access, how);
    opened.push({ store, end });
    return { store, end };
  }
  async function readAll(store: Store, from = 0, version: string | null = null, key = KEY) {
    return buffer(await store.read(key, from, version));
  }
  async function failureOf(work: Promise<unknown>) {
    const cause = await work.then(
      () => 'no failure',
      (error) => error,
    );
    expect(cause).toBeInstanceOf(TransferFailed);
    expect(cause.message).not.toMatch(/127\.0\.0\.1|WRITER|secret|\.$/);
    const { message, isPassing, waitMs, isMaybe } = cause;
    return { message, isPassing, waitMs, isMaybe };
  }
  async function upload(store: Store, key: string, name = 'long.mp4', onSent = (_: number) => {}) {
    let temporary = '';
    const uploaded = await store.upload(join(folder.path, name), key, {
      ...{ temporaryName: 'unused', contentType: 'video/mp4', metadata: { job: '7' } },
      ...{ acl: 'public-read', cacheControl: 'no-store', contentDisposition: 'inline' },
      onBegun: async (value) => void (temporary = value),
      onSent,
    });
    return { ...uploaded, temporary };
  }

  test('describes a file and reads it, or its rest', async () => {
    const { store } = await open();
    const { version, ...described } = await store.describe(KEY);
    expect(described).toEqual({ size: 100_000, contentType: 'video/mp4', sums: [] });
    expect(version).toBe(`"${createHash('md5').update(FILM).digest('hex')}"`);
    expect((await readAll(store)).equals(FILM)).toBe(true);
    expect((await readAll(store, 99_990, version)).equals(FILM.subarray(99_990))).toBe(true);
    s3.once('GET', (response) => response.end(FILM));
    expect((await readAll(store, 99_990, version)).equals(FILM.subarray(99_990))).toBe(true);
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
    expect(await failureOf(readAll(store))).toMatchObject(
      passing('the connection was cut after 4 of 100 bytes'),
    );
    s3.once('GET', (response) => {
      response.socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nmore than that');
    });
    expect(await failureOf(readAll(store))).toMatchObject(
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
    await expect(readAll(store)).rejects.toThrow('stopped');
    await closed;
    await expect(store.describe(KEY)).rejects.toThrow('stopped');
  });

  test('a public file needs no login, and the environment may have one', async () => {
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
      vi.stubEnv(name, join(folder.path, 'none'));
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const anonymous = await open({}, 'public');
    expect(`${await readAll(anonymous.store, 0, null, 'logo.png')}`).toBe('a logo');
    expect(notes).toEqual(['No login for S3 was found, so the requests are sent without one.']);
    expect(s3.requests[0]?.headers.authorization).toBeUndefined();
    const { store } = await open({});
    expect(await failureOf(store.describe(KEY))).toMatchObject(
      final('the server answered 403 Forbidden (AccessDenied)'),
    );
    vi.stubEnv('AWS_ACCESS_KEY', LOGINS.reader.accessKeyId);
    vi.stubEnv('AWS_SECRET_KEY', LOGINS.reader.secretAccessKey);
    expect(await readAll((await open({})).store)).toHaveLength(100_000);
  });

  test('an upload has no name before the end, and is whole after it', async () => {
    const { store } = await open();
    let sent = 0;
    const { finish } = await upload(store, 'out.mp4', 'long.mp4', (bytes) => {
      expect(bytes).toBeLessThanOrEqual(1_000_000);
      sent += bytes;
    });
    expect(sent).toBe(LONG.length);
    expect(await s3.get('out.mp4')).toBeNull();
    await finish();
    expect((await s3.get('out.mp4'))?.equals(LONG)).toBe(true);
    expect(s3.requests[0]?.headers).toMatchObject({
      ...{ 'content-type': 'video/mp4', 'x-amz-meta-job': '7', 'x-amz-acl': 'public-read' },
      ...{ 'cache-control': 'no-store', 'content-disposition': 'inline' },
    });
    const empty = await upload(store, 'empty.mp4', 'empty.mp4');
    await empty.finish();
    expect(await s3.get('empty.mp4')).toHaveLength(0);
  });

  test('removes an upload, and one that is gone', async () => {
    const { store } = await open();
    const { temporary, finish } = await upload(store, 'removed.mp4');
    const part = s3.requests.find(({ call }) => call.startsWith('PUT'))?.call ?? '';
    expect(await s3.hasUpload(part)).toBe(true);
    // Another process removes it.
    const other = await open();
    await other.store.remove(temporary);
    expect(await s3.hasUpload(part)).toBe(false);
    await store.remove(temporary);
    expect(await failureOf(finish())).toMatchObject({
      ...final('the server answered 404 Not Found (NoSuchUpload)'),
      isMaybe: false,
    });
    expect(await s3.get('removed.mp4')).toBeNull();
  });

  test('an upload that is cut, damaged on its way, kept wrong or not allowed', async () => {
    const { store } = await open();
    s3.once('PUT', (response, request) => request.once('data', () => response.destroy()));
    expect(await failureOf(upload(store, 'cut.mp4'))).toMatchObject({ isPassing: true });
    const damage = (body: Buffer) => Buffer.concat([Buffer.from('?'), body.subarray(1)]);
    s3.once('PUT', (_response, _request, answer) => answer(damage));
    expect(await failureOf(upload(store, 'cut.mp4'))).toMatchObject(
      passing('the server answered 400 Bad Request (BadDigest)'),
    );
    s3.once('PUT', (response, request) => {
      request.resume().once('end', () => response.setHeader('etag', `"${'0'.repeat(32)}"`).end());
    });
    expect(await failureOf(upload(store, 'cut.mp4'))).toMatchObject({
      ...{ message: expect.stringMatching(/^part \d has another checksum on the server$/) },
      isPassing: true,
    });
    const reader = await open(LOGINS.reader);
    expect(await failureOf(upload(reader.store, 'cut.mp4'))).toMatchObject(
      final('the server answered 403 Forbidden (AccessDenied)'),
    );
    await expect(upload(store, 'cut.mp4', 'no such file')).rejects.toThrow('ENOENT');
    expect(await s3.get('cut.mp4')).toBeNull();
  });

  test('an abort ends an upload at once', async () => {
    const { store, end } = await open();
    const closed = new Promise((close) => {
      s3.once('PUT', (_, request) => {
        request.once('close', close).once('data', () => end.abort(new Error('stopped')));
      });
    });
    await expect(upload(store, 'cut.mp4')).rejects.toThrow('stopped');
    await closed;
  });

  test('a lost answer to the end: it may be there, and a second call finds it', async () => {
    const { store } = await open();
    const { finish } = await upload(store, 'maybe.mp4');
    s3.once('POST', (response, request) => {
      request.resume();
      response.destroy();
    });
    expect(await failureOf(finish())).toMatchObject({ isPassing: true, isMaybe: true });
    s3.once('POST', async (response, _request, answer) => {
      response.writeHead = () => response;
      Object.assign(response, { end: () => response.destroy() });
      await answer();
    });
    expect(await failureOf(finish())).toMatchObject({ isPassing: true, isMaybe: true });
    await finish();
    expect((await s3.get('maybe.mp4'))?.equals(LONG)).toBe(true);
  });
});
