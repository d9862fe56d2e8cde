/*
 * The bytes of answers: a call of tRPC over HTTP, and a job over REST, tRPC and the stream as the
 * schema of the contract writes it.
 * Long because: it has a table of refusals.
 */
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import {
  ERROR_CODES,
  type ErrorCode,
  getJobOutput,
  jobSchema,
  listJobsOutput,
} from '@renderdeck/contract';
import { READS_OF_TRPC } from '@renderdeck/contract/router';
import { waitFor } from '@renderdeck/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Name,
  NEXRENDER_JOB,
  openFarm,
  type TestApi,
  type TestFarm,
} from '../../testing/open-farm.ts';

let farm: TestFarm;
let api: TestApi;
let id: string;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
  id = (await farm.submit('Schöne Größe', 60)).job.id;
  await farm.submit('Cancelled');
  // The first forecast of a farm changes the answers about its jobs.
  await waitFor(async () => !(await answerOf('vera', getJob(id))).text.includes('noForecast'));
});
afterAll(() => farm.close());

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

const JSON_RPC = {
  BAD_REQUEST: -32_600,
  UNAUTHORIZED: -32_001,
  FORBIDDEN: -32_003,
  NOT_FOUND: -32_004,
  METHOD_NOT_SUPPORTED: -32_005,
  UNSUPPORTED_MEDIA_TYPE: -32_015,
} as const;

/** The JSON of a refusal, as tRPC writes it. `path`: unset where it was refused before a call. */
function refused(
  problemCode: ErrorCode,
  code: keyof typeof JSON_RPC,
  path?: string,
  facts = {},
  detail: string = ERROR_CODES[problemCode].sentence,
) {
  const { status } = ERROR_CODES[problemCode];
  const problem = { code: problemCode, status, detail, facts };
  const data = { code, httpStatus: status, path, problem };
  return JSON.stringify({ error: { message: detail, code: JSON_RPC[code], data } });
}
const unknownJob = (path: string) =>
  refused(
    'job_not_found',
    'NOT_FOUND',
    path,
    { id: UNKNOWN },
    `No job has the id ${UNKNOWN}; look it up in the list of jobs.`,
  );
const badId = refused(
  'invalid_input',
  'BAD_REQUEST',
  'getJob',
  {
    fields: [
      {
        field: 'id',
        message: 'A job id is a UUID such as 3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59.',
      },
    ],
  },
  'id: A job id is a UUID such as 3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59.',
);
const noInput = refused(
  'invalid_input',
  'BAD_REQUEST',
  'getJob',
  { fields: [{ field: '', message: 'Invalid input: expected object, received undefined' }] },
  'The input is an object with named fields; send one.',
);
const forbidden = (path: string) => refused('forbidden', 'FORBIDDEN', path);
const notJson = (path: string) => refused('invalid_json', 'BAD_REQUEST', path);
const badBatch = refused('invalid_input', 'BAD_REQUEST', 'getJob');

test.each<
  [what: string, who: Name | null, path: string, status: number, text: string, RequestInit?]
>([
  ['an unknown job', 'vera', getJob(UNKNOWN), 404, unknownJob('getJob')],
  ['a bad input', 'vera', getJob('no uuid'), 400, badId],
  ['no input where one is needed', 'vera', '/trpc/getJob', 400, noInput],
  ['JSON that does not parse', 'vera', '/trpc/getJob?input={', 400, notJson('getJob')],
  ['a body that does not parse', 'ada', '/trpc/cancelJob', 400, notJson('cancelJob'), post('{')],
  [
    'an anonymous call',
    null,
    getJob(UNKNOWN),
    401,
    refused('unauthenticated', 'UNAUTHORIZED', 'getJob'),
  ],
  [
    'a change that is refused',
    'vera',
    '/trpc/cancelJob',
    403,
    forbidden('cancelJob'),
    post(JSON.stringify({ id: UNKNOWN })),
  ],
  [
    'a change of an unknown job, its media type with a charset',
    'ada',
    '/trpc/cancelJob',
    404,
    unknownJob('cancelJob'),
    post(JSON.stringify({ id: UNKNOWN }), 'Application/JSON; charset=utf-8'),
  ],
  [
    'a read sent as a change',
    'vera',
    '/trpc/getJob',
    405,
    refused('method_not_allowed', 'METHOD_NOT_SUPPORTED', 'getJob'),
    post(JSON.stringify({ id: UNKNOWN })),
  ],
  [
    'a change sent as a read',
    'vera',
    '/trpc/cancelJob',
    405,
    refused('method_not_allowed', 'METHOD_NOT_SUPPORTED', 'cancelJob'),
  ],
  [
    'another media type',
    'vera',
    '/trpc/cancelJob',
    415,
    refused('unsupported_media_type', 'UNSUPPORTED_MEDIA_TYPE'),
    post('id=1', 'text/plain'),
  ],
  [
    'an unknown procedure',
    'vera',
    '/trpc/toString',
    404,
    refused('not_found', 'NOT_FOUND', 'toString'),
  ],
  [
    'a batch of which all fail',
    'vera',
    batch('getJob,getJob', { 1: { id: '' } }),
    400,
    `[${noInput},${badId}]`,
  ],
  [
    'a batch of which each fails otherwise',
    'vera',
    batch('getJob,listReasons', { 0: { id: UNKNOWN } }),
    207,
    `[${unknownJob('getJob')},${forbidden('listReasons')}]`,
  ],
  [
    'a batch without its object',
    'vera',
    batch('getJob,getJob', [1]),
    400,
    `[${badBatch},${badBatch}]`,
  ],
  [
    'a batch that is too long',
    'vera',
    batch(Array(21).fill('listReasons').join(','), {}),
    400,
    refused('invalid_input', 'BAD_REQUEST'),
  ],
])('%s is refused with these bytes', async (_what, who, path, status, text, init = {}) => {
  const allow = status !== 405 ? null : init.method === 'POST' ? 'GET, HEAD' : 'POST';
  expect(await answerOf(who, path, init)).toEqual({ ...AS_TRPC, status, allow, text });
});

test('a job, a list and both at once are answered with the bytes of their schemas', async () => {
  const { text } = await answerOf('vera', getJob(id));
  const job = JSON.stringify({
    result: { data: getJobOutput.parse(JSON.parse(text).result.data) },
  });
  expect(await answerOf('vera', getJob(id))).toEqual({ ...AS_TRPC, text: job });
  const two = await answerOf('vera', batch('getJob,getJob', { 0: { id }, 1: { id: UNKNOWN } }));
  expect(two).toEqual({ ...AS_TRPC, status: 207, text: `[${job},${unknownJob('getJob')}]` });
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

// A GET with a media type goes to tRPC's own handler.
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
