/*
 * Outputs over HTTP: ranges, and what must never leave: without access, after a revocation, with
 * another session's link, and outside of the folders that the server may read.
 */
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordOutput } from '@renderdeck/operations';
import { folderOfFile } from '@renderdeck/testing';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { createLinks, LINK_MS } from '../../src/outputs/sign-link.ts';
import { apiOfFile, farmOfFile, SECRET, type Who } from '../../testing/open-farm.ts';

const TEXT = '0123456789';
const SECRET_TEXT = 'a secret !';
const folder = folderOfFile('served');
const root = join(folder.path, 'out');
const outside = join(folder.path, 'out-of-reach');

const farm = farmOfFile();
// The hosts have the folder under another name, as on Windows.
const api = apiOfFile(farm, { servedOutputs: [{ from: 'D:\\out', to: root }] });
let vera: { cookie: string };
beforeAll(async () => {
  for (const path of [root, outside]) await mkdir(path);
  await writeFile(join(outside, 'film.mp4'), SECRET_TEXT);
  vera = await api.signIn('vera');
});

/** A job whose attempt has put out this path. */
async function anOutput(path: string, change: object = {}) {
  await farm.submit('With output', 100);
  const { jobId: id, attemptId } = await farm.worker.claim();
  const record = async (number: number) => {
    const found = { seconds: 2, codec: 'h264 (High)', width: 320, height: 180, frames: 50 };
    const copied = { kind: 'file', bytes: TEXT.length, files: 1, sha256: 'ab'.repeat(32) } as const;
    const output = { number, path, msAgo: 0, ...copied, ...found, why: null, ...change };
    expect(await recordOutput(farm.worker.context, { attemptId, output })).toMatchObject({
      ok: true,
    });
  };
  await record(1);
  return { id, record, place: `/api/jobs/${id}/attempts/1/outputs/1` };
}

const answer = z.object({
  address: z.string().nullable(),
  shownAs: z.string().nullable(),
  why: z.string().nullable(),
});
async function linkOf(place: string, who: Who = vera) {
  const { status, body } = await api.send(who, 'GET', place);
  expect(status).toBe(200);
  return answer.parse(body);
}
const addressOf = async (place: string, who: Who = vera) =>
  (await linkOf(place, who)).address ?? '';
const read = (address: string, headers: Record<string, string> = {}, who: Who = vera) =>
  api.send(who, 'GET', address, undefined, headers);

test('a film is sent whole, in ranges, and with headers that run nothing in it', async () => {
  await writeFile(join(root, 'ä film.mp4'), TEXT);
  const { place } = await anOutput('D:\\out\\ä film.mp4');
  expect(await linkOf(place)).toMatchObject({ shownAs: 'video', why: null });
  const address = await addressOf(place);
  const whole = await read(address);
  expect([whole.status, whole.body]).toEqual([200, TEXT]);
  const headers = Object.fromEntries(whole.headers);
  expect(headers).toMatchObject({
    ...{ 'content-type': 'video/mp4', 'x-content-type-options': 'nosniff' },
    ...{ 'accept-ranges': 'bytes', 'content-length': '10', 'cache-control': 'no-store' },
    'content-disposition': `inline; filename="? film.mp4"; filename*=UTF-8''%C3%A4%20film.mp4`,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'same-origin',
  });
  const etag = headers.etag ?? '';
  const part = await read(address, { range: 'bytes=2-4', 'if-range': etag });
  expect([part.status, part.body, part.headers.get('content-range')]).toEqual([
    ...[206, '234', 'bytes 2-4/10'],
  ]);
  expect((await read(address, { range: 'bytes=-3' })).body).toBe('789');
  // The range belongs to another file.
  expect((await read(address, { range: 'bytes=2-4', 'if-range': '"old"' })).body).toBe(TEXT);
  const beyond = await read(address, { range: 'bytes=10-' });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  const head = await api.send(vera, 'HEAD', address);
  expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, '', '10']);
  const named = (await read(`${address}&download=true`)).headers.get('content-disposition');
  expect(named).toMatch(/^attachment;/);
});

test('what a browser should not show is only downloaded, without a type', async () => {
  for (const name of ['page.html', 'drawing.svg', 'film.avi', 'none']) {
    await writeFile(join(root, name), TEXT);
    const { place } = await anOutput(`D:\\out\\${name}`);
    const { address, shownAs, why } = await linkOf(place);
    expect([shownAs, why]).toEqual([null, expect.stringContaining('download it')]);
    const { headers } = await read(address ?? '');
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toMatch(/^attachment;/);
  }
  await writeFile(join(root, 'prores.mov'), TEXT);
  const { place } = await anOutput('D:\\out\\prores.mov', { codec: 'prores (HQ)' });
  const why = expect.stringContaining('prores (HQ)');
  expect(await linkOf(place)).toMatchObject({ shownAs: null, why });
});

test('a link counts for its session, its output and some minutes', async () => {
  await writeFile(join(root, 'mine.mp4'), TEXT);
  const { place, id } = await anOutput('D:\\out\\mine.mp4');
  const other = await anOutput('D:\\out\\mine.mp4');
  const address = await addressOf(other.place);
  const again = await api.signIn('vera');
  for (const who of [again, 'vera', 'ada'] as const)
    expect((await read(address, {}, who)).status).toBe(403);
  expect((await read(address, {}, null)).status).toBe(401);
  expect((await api.send(null, 'GET', place)).status).toBe(401);
  // Of another job, and with another end.
  const ofOther = address.replace(other.id, id);
  expect((await read(ofOther)).status).toBe(403);
  expect((await read(address.replace('link=1', 'link=2'))).status).toBe(403);
  expect((await read(address.split('?')[0] ?? '')).status).toBe(400);
  // A token has links of its own.
  expect((await read(await addressOf(other.place, 'ada'), {}, 'ada')).body).toBe(TEXT);

  let now = 1000;
  const links = createLinks([SECRET], () => now);
  const asker = { actor: { kind: 'system', name: 'x' }, sessionId: 'one' } as const;
  const at = { id, attempt: 1, output: 1 };
  const made = links.sign(at, asker).link;
  expect(links.counts(made, at, asker)).toBe(true);
  expect(links.counts(made, at, { ...asker, sessionId: 'two' })).toBe(false);
  now += LINK_MS;
  expect(links.counts(made, at, asker)).toBe(false);
});

test('an answer breaks off when its session ends, and the next one is refused', async () => {
  const bytes = 1024 ** 3;
  const path = join(root, 'large.mp4');
  await writeFile(path, '');
  await truncate(path, bytes);
  const { place } = await anOutput('D:\\out\\large.mp4', { bytes });
  const session = await api.signIn('vera');
  const address = await addressOf(place, session);
  const { body } = await fetch(`${api.url}${address}`, { headers: session });
  const reader = body?.getReader();
  if (reader === undefined) throw new Error('no body');
  expect((await reader.read()).done).toBe(false);
  expect((await api.send(session, 'DELETE', '/api/session')).status).toBe(204);
  let got = 0;
  await expect(async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      got += value.length;
    }
  }).rejects.toThrow();
  expect(got).toBeLessThan(bytes);
  expect((await read(address, {}, session)).status).toBe(401);
});

test('nothing outside of the folders is opened: links, steps out, folders', async () => {
  await symlink(join(outside, 'film.mp4'), join(root, 'link.mp4'));
  await symlink(outside, join(root, 'folder'));
  await mkdir(join(root, 'a-folder.mp4'));
  const why = /no file below|may not read the folder|no longer there/;
  const paths = [
    ...['link.mp4', 'folder\\film.mp4', '..\\out-of-reach\\film.mp4', 'a-folder.mp4', 'gone.mp4'],
    ...['x\\..\\..\\out-of-reach\\film.mp4', '.', ''],
  ].map((path) => `D:\\out\\${path}`);
  for (const path of [...paths, join(outside, 'film.mp4'), '/proc/self/environ', 'D:\\outer\\a']) {
    const { place, id } = await anOutput(path);
    expect([path, await linkOf(place)]).toEqual([
      ...[path, { address: null, shownAs: null, why: expect.stringMatching(why) }],
    ]);
    const made = createLinks([SECRET]).sign({ id, attempt: 1, output: 1 }, await asVera());
    const forced = await read(`${place}/file?link=${made.link}`, {}, 'vera');
    expect([forced.status, JSON.stringify(forced.body)]).toEqual([
      ...[404, expect.not.stringContaining(SECRET_TEXT)],
    ]);
    expect(JSON.stringify(forced.body)).not.toContain(folder.path);
  }
});

/** Who the token of vera is, for a link that the server would not give. */
async function asVera() {
  const [token] = await farm.sql<{ id: string }[]>`
    select id from api_tokens where name = 'vera-bot'`;
  const actor = { kind: 'token', id: token?.id ?? '', name: 'vera-bot', role: 'viewer' } as const;
  return { actor, sessionId: null };
}

test('a file that is another one by now is not opened', async () => {
  const path = join(root, 'replaced.mp4');
  await writeFile(path, 'a shorter');
  const first = await anOutput('D:\\out\\replaced.mp4');
  expect((await linkOf(first.place)).why).toMatch('another file has its place');
  await writeFile(path, TEXT);
  const address = await addressOf(first.place);
  expect((await read(address)).body).toBe(TEXT);
  const later = await anOutput('D:\\out\\replaced.mp4');
  expect((await linkOf(first.place)).why).toMatch('A later job has put another file in its place');
  expect((await read(address)).status).toBe(404);
  expect((await linkOf(later.place)).why).toBeNull();
});

test('a sequence, an unknown output and a server without folders say why', async () => {
  const { place } = await anOutput('D:\\out\\frames', { kind: 'sequence', files: 412 });
  expect((await linkOf(place)).why).toBe('It is a folder with 412 files. Copy its path.');
  expect((await api.send(vera, 'GET', place.replace(/1$/, '2'))).status).toBe(404);
  const without = await farm.serve();
  const one = await anOutput('D:\\out\\mine.mp4');
  const { body } = await without.send(vera, 'GET', one.place);
  expect(answer.parse(body).why).toMatch('RENDERDECK_SERVE_OUTPUTS names no folder');
});
