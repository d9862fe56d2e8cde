/* The uploads to the store of S3. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStore } from '../../src/transfers/stores/s3.mjs';
import type { Access } from '../../src/transfers/stores/store.ts';
import { LOGINS, REGION, startS3 } from '../../testing/stores/s3-server.ts';
import { aStore, failureOf, final, passing } from './a-store.ts';

/** Two parts. */
const LONG = randomBytes(9_000_000);

let s3: Awaited<ReturnType<typeof startS3>>;
const shared = aStore(openStore, { 'long.mp4': LONG, 'empty.mp4': '' });
beforeAll(async () => {
  s3 = await startS3();
});
afterAll(() => s3.close());
afterEach(() => void s3.requests.splice(0));

async function open(access: Access = LOGINS.writer, bucket = 'films', endpoint = s3.endpoint) {
  return shared.open({ scheme: 's3', bucket, region: REGION, endpoint }, access);
}

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
  expect(await failureOf(store.finish(uploaded))).toMatchObject({
    ...final('the server answered 404 Not Found (NoSuchUpload)'),
    isMaybe: false,
  });
  expect(await s3.get('removed.mp4')).toBeNull();
});

test('an upload that is cut, damaged on its way, kept wrong or not allowed', async () => {
  const { store } = await open();
  s3.once('PUT', (response, request) => request.once('data', () => response.destroy()));
  expect(await failureOf(shared.upload(store, 'cut.mp4', 'long.mp4'))).toMatchObject({
    isPassing: true,
  });
  const damage = (body: Buffer) => Buffer.concat([Buffer.from('?'), body.subarray(1)]);
  s3.once('PUT', (_response, _request, answer) => answer(damage));
  expect(await failureOf(shared.upload(store, 'cut.mp4', 'long.mp4'))).toMatchObject(
    passing('the server answered 400 Bad Request (BadDigest)'),
  );
  s3.once('PUT', (response, request) => {
    request.resume().once('end', () => response.setHeader('etag', `"${'0'.repeat(32)}"`).end());
  });
  expect(await failureOf(shared.upload(store, 'cut.mp4', 'long.mp4'))).toMatchObject({
    ...{ message: expect.stringMatching(/^part \d has another checksum on the server$/) },
    isPassing: true,
  });
  const reader = await open(LOGINS.reader);
  expect(await failureOf(shared.upload(reader.store, 'cut.mp4', 'long.mp4'))).toMatchObject(
    final('the server answered 403 Forbidden (AccessDenied)'),
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
  expect(await failureOf(store.finish(uploaded))).toMatchObject({ isPassing: true, isMaybe: true });
  s3.once('POST', async (response, _request, answer) => {
    response.writeHead = () => response;
    Object.assign(response, { end: () => response.destroy() });
    await answer();
  });
  expect(await failureOf(store.finish(uploaded))).toMatchObject({ isPassing: true, isMaybe: true });
  await store.finish(uploaded);
  expect((await s3.get('maybe.mp4'))?.equals(LONG)).toBe(true);
});
