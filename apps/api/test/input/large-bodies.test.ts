/*
 * A large body is refused before anything parses it: without a session or token at once, with one
 * as soon as it has too many levels or values. Its cost is the CPU time of an API process of its
 * own, beside that of small requests of the same run.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { farmOfFile, NEXRENDER_JOB, openedForFile } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const MB = 1024 * 1024;
const levels = '['.repeat(7.8 * MB);
const fields = Array.from({ length: 430_000 }, (_, n) => `"f${n}":${n}`).join(',');
const planted = JSON.stringify({ job: { ...NEXRENDER_JOB, more: 'fields' } }).replace(
  '"fields"',
  `{${fields}}`,
);

const farm = farmOfFile();
const api = openedForFile(() =>
  startApi({ DATABASE_URL: farm.database.url, RENDERDECK_MAX_DELAY_MS: '0' }),
);
afterAll(() => api.end());

const JSON_TYPE = { 'content-type': 'application/json' };
const asSam = () => ({ authorization: `Bearer ${farm.secretOf('sam')}` });

/** The status and code of the answer. An answer may come before the body is sent. */
async function post(path: string, body: string, headers = {}) {
  const answer = await fetch(`${api.url}${path}`, {
    ...{ method: 'POST', body, headers: { ...JSON_TYPE, ...headers } },
  });
  const text = await answer.text();
  return `${answer.status} ${/"code":"([a-z_]+)"/.exec(text)?.[1]}`;
}

/** As `post`, in pieces, so that no header says the length. Null: a body that does not end. */
async function postInPieces(path: string, body: string | null, headers = {}, sent = [0]) {
  async function* pieces() {
    const { length } = body ?? { length: Number.POSITIVE_INFINITY };
    for (let at = 0; at < length; at += MB / 4) {
      sent[0] = at;
      yield Buffer.from(body?.slice(at, at + MB / 4) ?? '['.repeat(MB / 4));
      await setImmediate();
    }
  }
  const init: RequestInit & { duplex: 'half' } = {
    ...{ method: 'POST', headers: { ...JSON_TYPE, ...headers }, duplex: 'half' },
    body: ReadableStream.from(pieces()),
  };
  const answer = await fetch(`${api.url}${path}`, init);
  return answer.status;
}

const PLACES = [
  ['/api/jobs', '401 unauthenticated'],
  ['/trpc/submitJob', '401 unauthenticated'],
  ['/trpc/submitJob,login?batch=1', '401 unauthenticated'],
  ['/api/session', '413 body_too_large'],
  ['/trpc/login', '413 body_too_large'],
  ['/trpc/joinHost', '413 body_too_large'],
] as const;

test.each(PLACES)('%s without a login takes no large body: %s', async (path, answer) => {
  expect(await post(path, levels)).toBe(answer);
  expect(await postInPieces(path, levels)).toBe(Number(answer.slice(0, 3)));
});

test.each([
  ['very many levels', levels, '400 invalid_input'],
  ['very many fields', planted, '413 body_too_large'],
])('with a login, %s are refused before they are parsed', async (_, body, answer) => {
  for (const path of ['/api/jobs', '/trpc/submitJob']) {
    expect(await post(path, body, asSam())).toBe(answer);
    expect(await postInPieces(path, body, asSam())).toBe(Number(answer.slice(0, 3)));
  }
  expect(Number((await farm.sql`select count(*) from jobs`)[0]?.count)).toBe(0);
});

test('a message of a WebSocket with very many levels closes it', async () => {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/trpc`, { headers: asSam() });
  await once(socket, 'open');
  socket.send(levels);
  expect((await once(socket, 'close'))[0]).toBe(1009);
});

test('a body that does not end is cut off', async () => {
  for (const headers of [{}, asSam()]) {
    const sent = [0];
    await postInPieces('/api/jobs', null, headers, sent).catch(() => undefined);
    expect(sent[0]).toBeLessThan(50 * MB);
  }
});

test('a large body of another type, and one whose sender goes away, disturb nobody', async () => {
  const text = { 'content-type': 'text/plain' };
  for (const headers of [text, { ...text, ...asSam() }])
    expect(await post('/api/jobs', levels, headers)).toMatch(/^4(01|15) /);
  const { hostname, port } = new URL(api.url);
  const sender = connect(Number(port), hostname);
  const head = `POST /api/jobs HTTP/1.1\r\nhost: x\r\nauthorization: ${asSam().authorization}\r\n`;
  const rest = 'content-type: application/json\r\ncontent-length: 2000000\r\n\r\n';
  sender.write(`${head}${rest}${' '.repeat(MB)}`, () => sender.destroy());
  await once(sender, 'close');
  expect(await post('/api/session', '{}')).toBe('400 invalid_input');
});

test('a job of few large values is taken, and one with a value too many is not', async () => {
  const few = { job: { ...NEXRENDER_JOB, more: '['.repeat(6 * MB) } };
  expect(await post('/api/jobs', JSON.stringify(few), asSam())).toBe('201 undefined');
  const many = { job: { ...NEXRENDER_JOB, more: Array<number>(20_000).fill(0) } };
  expect(await post('/api/jobs', JSON.stringify(many), asSam())).toBe('400 job_refused');
});

/** The CPU time of the API so far, in ms. Linux counts it in ticks of 10 ms. */
async function cpuMs(): Promise<number> {
  const stat = await readFile(`/proc/${api.pid}/stat`, 'utf8');
  const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
  return ((user ?? 0) + (system ?? 0)) * 10;
}

/** The mean CPU time of the API for one request, in ms. */
async function costOf(times: number, ask: () => Promise<unknown>): Promise<number> {
  const before = await cpuMs();
  for (let count = 0; count < times; count += 1) await ask();
  return ((await cpuMs()) - before) / times;
}

const onLinux = test.runIf(process.platform === 'linux');

onLinux('no refused body costs much more CPU than its bytes (needs /proc)', async () => {
  const small = await costOf(100, () => post('/api/session', '{}'));
  const told: Record<string, number> = { small };
  for (const [path] of PLACES) told[path] = await costOf(5, () => post(path, levels));
  told.levels = await costOf(5, () => post('/api/jobs', levels, asSam()));
  told.fields = await costOf(5, () => post('/api/jobs', planted, asSam()));
  for (const [what, ms] of Object.entries(told))
    expect({ what, ms, isMuch: ms > 8 * 20 + small }).toMatchObject({ isMuch: false });
});

onLinux('a read of a job costs no more CPU for a large definition (needs /proc)', async () => {
  const more = Object.fromEntries(
    Array.from({ length: 15_000 }, (_, n) => [`field ${n}`, 'x'.repeat(50)]),
  );
  const [small, large] = await Promise.all(
    [{}, more].map(async (fields) => {
      const body = JSON.stringify({ job: { ...NEXRENDER_JOB, fields } });
      const headers = { ...JSON_TYPE, ...asSam() };
      const answer = await fetch(`${api.url}/api/jobs`, { method: 'POST', body, headers });
      return /"id":"([^"]+)"/.exec(await answer.text())?.[1];
    }),
  );
  const read = async (id = '') => {
    const answer = await fetch(`${api.url}/api/jobs/${id}`, { headers: asSam() });
    expect(answer.status).toBe(200);
    return await answer.text();
  };
  for (const id of [small, large]) await costOf(50, () => read(id));
  const ofSmall = await costOf(100, () => read(small));
  const ofLarge = await costOf(100, () => read(large));
  expect(ofLarge).toBeLessThan(4 * ofSmall);
});
