/*
 * The short way of a request gives the same bytes as the long one: a plain call as tRPC's own
 * handler, and a job over REST, tRPC and the stream as the schema of the contract writes it.
 */
import { once } from 'node:events';
import { getJobOutput, jobSchema, listJobsOutput } from '@renderdeck/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NEXRENDER_JOB, openFarm, type TestApi, type TestFarm, type Who } from './serve-api.ts';

let farm: TestFarm;
let api: TestApi;
let id: string;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
  id = (await farm.submit('Schöne Größe', 60)).job.id;
  await farm.submit('Cancelled');
});
afterAll(() => farm.close());

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const encode = (input: unknown) => encodeURIComponent(JSON.stringify(input));
const getJob = (of: string) => `/trpc/getJob?input=${encode({ id: of })}`;
const batch = (names: string, input: object) => `/trpc/${names}?batch=1&input=${encode(input)}`;

async function answerOf(who: Who, path: string, init: RequestInit = {}) {
  const credential = who === null ? {} : { authorization: `Bearer ${farm.secretOf('vera')}` };
  const headers = { ...credential, ...Object.fromEntries(new Headers(init.headers)) };
  const answer = await fetch(`${api.url}${path}`, { ...init, headers });
  const kept = ['content-type', 'vary', 'cache-control', 'content-security-policy', 'allow'];
  return {
    status: answer.status,
    headers: kept.map((name) => [name, answer.headers.get(name)]),
    text: (await answer.text()).replace(/"at":"[^"]+"/g, '"at":"now"'),
  };
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

test.each<[what: string, who: Who, path: () => string, init?: RequestInit]>([
  ['a job', 'vera', () => getJob(id)],
  ['a list', 'vera', () => `/trpc/listJobs?input=${encode({ limit: 50 })}`],
  ['an unknown job', 'vera', () => getJob(UNKNOWN)],
  ['a bad input', 'vera', () => getJob('no uuid')],
  ['no input where one is needed', 'vera', () => '/trpc/getJob'],
  ['JSON that does not parse', 'vera', () => '/trpc/getJob?input={'],
  ['an anonymous call', null, () => getJob(id)],
  [
    'a change that is refused',
    'vera',
    () => '/trpc/cancelJob',
    post(JSON.stringify({ id: UNKNOWN })),
  ],
  ['a read sent as a change', 'vera', () => '/trpc/getJob', post(JSON.stringify({ id: UNKNOWN }))],
  ['a change sent as a read', 'vera', () => '/trpc/cancelJob'],
  ['another media type', 'vera', () => '/trpc/cancelJob', post('id=1', 'text/plain')],
  ['an unknown procedure', 'vera', () => '/trpc/toString'],
  ['a batch', 'vera', () => batch('getJob,listReasons', { 0: { id } })],
  [
    'a batch of which one fails',
    'vera',
    () => batch('getJob,getJob', { 0: { id }, 1: { id: UNKNOWN } }),
  ],
  ['a batch of which all fail', 'vera', () => batch('getJob,getJob', { 0: {}, 1: { id: '' } })],
  ['a batch without its object', 'vera', () => batch('getJob,getJob', [1])],
  ['a batch that is too long', 'vera', () => batch(Array(21).fill('listReasons').join(','), {})],
])('%s is answered as by the handler of tRPC', async (_what, who, path, init) => {
  const plain = await answerOf(who, path(), init);
  // With connection parameters a call is left to that handler.
  const sign = path().includes('?') ? '&' : '?';
  const whole = await answerOf(who, `${path()}${sign}connectionParams=%7B%7D`, init);
  expect(plain).toEqual(whole);
});

test('a job has the same bytes over REST, tRPC and the stream', async () => {
  const stream = api.socket('vera', '/api/events');
  await once(stream, 'message');
  const other = api.socket('vera', '/api/events');
  await once(other, 'message');
  const changed = Promise.all([once(stream, 'message'), once(other, 'message')]);
  await api.send('ada', 'PATCH', `/api/jobs/${id}/priority`, { priority: 70 });
  const [[frame], [same]] = await changed;
  const rest = await answerOf('vera', `/api/jobs/${id}`);
  const job = JSON.stringify(jobSchema.parse(JSON.parse(rest.text).job));
  expect(rest.text).toBe(
    JSON.stringify(
      getJobOutput
        .omit({ nexrenderJob: true, secretsDeletedAt: true })
        .parse(JSON.parse(rest.text)),
    ),
  );
  for (const text of [rest.text, (await answerOf('vera', getJob(id))).text, String(frame)])
    expect(text).toContain(`"job":${job}`);
  expect(String(same)).toBe(String(frame));
  stream.close();
  other.close();
});

test('a cancelled job and a list are written as their schemas say', async () => {
  const { body } = await api.send('sam', 'POST', '/api/jobs', { job: NEXRENDER_JOB });
  const made = jobSchema.parse(Object(body).job);
  await api.send('ada', 'DELETE', `/api/jobs/${made.id}`);
  const list = (await answerOf('vera', '/api/jobs')).text.replace('"at":"now"', `"at":"${NOW}"`);
  expect(list).toContain('"outcome":"cancelled"');
  expect(list).toBe(JSON.stringify(listJobsOutput.parse(JSON.parse(list))));
});

const NOW = '2026-01-01T00:00:00.000Z';
