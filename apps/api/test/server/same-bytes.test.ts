/*
 * The bytes of answers: a call of tRPC over HTTP, and a job over REST, tRPC and the stream as the
 * schema of the contract writes it.
 */
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { ERROR_CODES, getJobOutput, jobSchema, listJobsOutput } from '@renderdeck/contract';
import { READS_OF_TRPC } from '@renderdeck/contract/router';
import { waitFor } from '@renderdeck/testing';
import { beforeAll, expect, test } from 'vitest';
import { apiOfFile, farmOfFile, type Name, NEXRENDER_JOB } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);
let id: string;
beforeAll(async () => {
  id = (await farm.submit('Schöne Größe', 60)).job.id;
  await farm.submit('Cancelled');
  // The first forecast of a farm changes the answers about its jobs.
  await waitFor(async () => !(await answerOf('vera', getJob(id))).text.includes('noForecast'));
});

const NOW = '2026-01-01T00:00:00.000Z';
const AS_TRPC = { status: 200, type: 'application/json', vary: 'trpc-accept, accept', allow: null };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const encode = (input: unknown) => encodeURIComponent(JSON.stringify(input));
const getJob = (of: string) => `/trpc/getJob?input=${encode({ id: of })}`;
const batch = (names: string, input: object) => `/trpc/${names}?batch=1&input=${encode(input)}`;

async function answerOf(who: Name | null, path: string, init: RequestInit = {}) {
  const credential = who === null ? {} : { authorization: `Bearer ${farm.secretOf(who)}` };
  // A compressed answer has no length.
  const headers = {
    'accept-encoding': 'identity',
    ...credential,
    ...Object.fromEntries(new Headers(init.headers)),
  };
  const answer = await fetch(`${api.url}${path}`, { ...init, headers });
  const text = await answer.text();
  expect(answer.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    vary: answer.headers.get('vary'),
    allow: answer.headers.get('allow'),
    // Other tests open and close connections of the same server.
    text: text
      .replace(/"at":"[^"]+"/g, `"at":"${NOW}"`)
      .replace(/"(openConnections|apiConnections)":\d+/g, '"$1":0'),
  };
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': type },
});

const CODES: ReadonlyMap<string, { status: number }> = new Map(Object.entries(ERROR_CODES));
/** The path and code of each refusal. What was refused before a call has no path. */
const codesOf = (text: string) =>
  [JSON.parse(text)].flat().map(({ error: { message, data } }) => {
    const { code, status, detail } = data.problem;
    expect([message, data.httpStatus, CODES.get(code)?.status]).toEqual([detail, status, status]);
    return data.path === undefined ? code : `${data.path} ${code}`;
  });

const READS: readonly [what: string, who: Name | null, path: string, status: number, string[]][] = [
  ['an unknown job', 'vera', getJob(UNKNOWN), 404, ['getJob job_not_found']],
  ['a bad input', 'vera', getJob('no uuid'), 400, ['getJob invalid_input']],
  ['no input where one is needed', 'vera', '/trpc/getJob', 400, ['getJob invalid_input']],
  ['JSON that does not parse', 'vera', '/trpc/getJob?input={', 400, ['getJob invalid_json']],
  ['an anonymous call', null, getJob(UNKNOWN), 401, ['getJob unauthenticated']],
  ['an unknown procedure', 'vera', '/trpc/toString', 404, ['toString not_found']],
  [
    'a batch of which all fail',
    'vera',
    batch('getJob,getJob', { 1: { id: '' } }),
    400,
    ['getJob invalid_input', 'getJob invalid_input'],
  ],
  [
    'a batch of which each fails otherwise',
    'vera',
    batch('getJob,listReasons', { 0: { id: UNKNOWN } }),
    207,
    ['getJob job_not_found', 'listReasons forbidden'],
  ],
  [
    'a batch without its object',
    'vera',
    batch('getJob,getJob', [1]),
    400,
    ['getJob invalid_input', 'getJob invalid_input'],
  ],
  [
    'a batch that is too long',
    'vera',
    batch(Array(21).fill('listReasons').join(','), {}),
    400,
    ['invalid_input'],
  ],
];

// A GET with a media type goes to tRPC's own handler.
test.each(READS)('%s is refused as by the handler of tRPC', async (_, who, path, status, codes) => {
  const plain = await answerOf(who, path);
  expect(plain).toEqual(await answerOf(who, path, { headers: { 'content-type': AS_TRPC.type } }));
  expect(plain).toEqual({ ...AS_TRPC, status, text: plain.text });
  expect(codesOf(plain.text)).toEqual(codes);
});

const ASKED = JSON.stringify({ id: UNKNOWN });
test.each<[what: string, who: Name, name: string, status: number, code: string, RequestInit?]>([
  ['a body that does not parse', 'ada', 'cancelJob', 400, 'invalid_json', post('{')],
  ['a change that is refused', 'vera', 'cancelJob', 403, 'forbidden', post(ASKED)],
  [
    'a change of an unknown job, its media type with a charset',
    'ada',
    'cancelJob',
    404,
    'job_not_found',
    post(ASKED, 'Application/JSON; charset=utf-8'),
  ],
  ['a read sent as a change', 'vera', 'getJob', 405, 'method_not_allowed', post(ASKED)],
  ['a change sent as a read', 'vera', 'cancelJob', 405, 'method_not_allowed'],
  [
    'another media type',
    'vera',
    'cancelJob',
    415,
    'unsupported_media_type',
    post('id=1', 'text/plain'),
  ],
])('%s is refused as JSON with its problem', async (_what, who, name, status, code, init = {}) => {
  const { text, ...answer } = await answerOf(who, `/trpc/${name}`, init);
  const allow = status !== 405 ? null : init.method === 'POST' ? 'GET, HEAD' : 'POST';
  expect(answer).toEqual({ ...AS_TRPC, status, allow });
  expect(codesOf(text)).toEqual([status === 415 ? code : `${name} ${code}`]);
});

test('a job, a list and both at once are answered with the bytes of their schemas', async () => {
  const { text } = await answerOf('vera', getJob(id));
  const job = JSON.stringify({
    result: { data: getJobOutput.parse(JSON.parse(text).result.data) },
  });
  expect(await answerOf('vera', getJob(id))).toEqual({ ...AS_TRPC, text: job });
  const refused = (await answerOf('vera', getJob(UNKNOWN))).text;
  const two = await answerOf('vera', batch('getJob,getJob', { 0: { id }, 1: { id: UNKNOWN } }));
  expect(two).toEqual({ ...AS_TRPC, status: 207, text: `[${job},${refused}]` });
  const list = await answerOf('vera', `/trpc/listJobs?input=${encode({ limit: 50 })}`);
  const data = listJobsOutput.parse(JSON.parse(list.text).result.data);
  expect(list).toEqual({ ...AS_TRPC, text: JSON.stringify({ result: { data } }) });
});

test('a stream over HTTP is sent as it comes', async () => {
  const gone = new AbortController();
  const answer = await fetch(`${api.url}/trpc/onJobChange?input={}`, {
    headers: { authorization: `Bearer ${farm.secretOf('vera')}` },
    signal: gone.signal,
  });
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  expect(answer.headers.get('content-length')).toBeNull();
  const events = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await events?.read())?.value).toContain('event: connected');
  gone.abort();
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
  const list = (await answerOf('vera', '/api/jobs')).text;
  expect(list).toContain('"outcome":"cancelled"');
  expect(list).toBe(JSON.stringify(listJobsOutput.parse(JSON.parse(list))));
});

test.each([...READS_OF_TRPC])('%s is answered as by the handler of tRPC', async (name) => {
  const asked = async (path: string, headers = {}) => {
    const { text, ...answer } = await answerOf('ada', path, { headers });
    const then = text.replace(/"20[0-9]{2}-[^"]+Z"/g, `"${NOW}"`);
    // How long the oldest job waits, at each of the two moments.
    return { ...answer, text: then.replace(/"(oldestMs|medianMs|p95Ms)":\d+/g, '"$1":1') };
  };
  for (const input of [{}, { id, attempt: 1, number: 1, priority: 60, name: 'Intro' }])
    for (const path of [
      `/trpc/${name}?input=${encode(input)}`,
      batch(`${name},me`, { 0: input }),
    ]) {
      // A forecast made in between changes the answers, so it is asked again.
      const [plain, byTrpc] = await waitFor(async () => {
        const first = await asked(path);
        const second = await asked(path, { 'content-type': AS_TRPC.type });
        return isDeepStrictEqual(await asked(path), first) && ([first, second] as const);
      });
      expect(plain.status).not.toBe(405);
      expect(plain).toEqual(byTrpc);
    }
});
