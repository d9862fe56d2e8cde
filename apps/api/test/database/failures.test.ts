/*
 * A bug, simulated by triggers that fail. The client gets the id of the log line, and no stack,
 * statement or value.
 */
import { once } from 'node:events';
import { sealData } from 'iron-session';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const KEPT = 'hunter2-of-a-failure';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const farm = farmOfFile();
let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi({ DATABASE_URL: farm.database.url, RENDERDECK_LOG_LEVEL: 'trace' });
  // The insert fails, and PostgreSQL quotes the whole row in its error.
  await farm.sql.unsafe(
    `create function refuse() returns trigger language plpgsql
      as $$ begin perform to_jsonb(new)::text::int; end $$`,
  );
  for (const table of ['job_secrets', 'users', 'api_tokens', 'sessions'])
    await farm.sql.unsafe(
      `create trigger refuses before insert on ${table} for each row execute function refuse()`,
    );
  await farm.sql`alter table render_hosts rename to render_hosts_away`;
});
afterAll(async () => {
  await api.end();
});

const line = z.looseObject({
  reqId: z.string().optional(),
  msg: z.string(),
  err: z.unknown().optional(),
});
/** The log lines with this request id. */
const logged = (id: string) =>
  api
    .said()
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .map((text) => line.parse(JSON.parse(text)))
    .filter(({ reqId }) => reqId === id);
const secretJob = {
  ...NEXRENDER_JOB,
  actions: { postrender: [{ module: '@nexrender/action-copy', output: 'a.avi', password: KEPT }] },
};

async function ask(method: string, path: string, body?: unknown) {
  const { headers, ...answer } = await api.ask(farm.secretOf('ada'), method, path, body);
  return { ...answer, id: headers.get('x-request-id') ?? '' };
}
/** Words of a stack, a statement or a value. */
const INTERNALS = new RegExp(
  'select|insert|update "|render_hosts|job_secrets|postgres|drizzle|' +
    '\\bat .*\\.[jt]s|node_modules|22P02|42P01|refuse\\(\\)|hunter2',
  'i',
);

test.each([
  ['GET', '/api/hosts', undefined],
  ['POST', '/api/jobs', { job: secretJob }],
  ['POST', '/api/session', { username: 'ada', password: 'an honest long password' }],
  ['GET', '/trpc/listHosts', undefined],
  ['POST', '/trpc/submitJob', { job: secretJob }],
  ['POST', '/trpc/createUser', { name: 'new', role: 'viewer', password: `${KEPT} and more` }],
  ['POST', '/trpc/createToken', { name: 'new', role: 'viewer' }],
])(
  '%s %s: 500 with the id of the log line, which has no value of the request',
  async (method, path, body) => {
    const { status, id, text } = await ask(method, path, body);
    expect([status, text]).toEqual([500, expect.stringContaining('"internal"')]);
    expect(text).not.toMatch(INTERNALS);
    expect(id).toMatch(UUID);
    expect(JSON.parse(text)).toMatchObject(
      path.startsWith('/api')
        ? { requestId: id }
        : { error: { data: { problem: { facts: { requestId: id } } } } },
    );
    await expect.poll(() => logged(id).some(({ err }) => err !== undefined)).toBe(true);
    const failure = JSON.stringify(logged(id).find(({ err }) => err !== undefined)?.err);
    expect(failure).toMatch(/Failed query: (\\n *)?(select|insert|with given)/);
    // Where it happened: a function of the store or of an operation.
    expect(failure).toMatch(
      /at async (readLiveHosts|insertJobs|insertSession|insertUser|insertToken)\b/,
    );
  },
);

test('a failure over a WebSocket has the id of the socket and no internals', async () => {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/trpc`, {
    headers: { authorization: `Bearer ${farm.secretOf('ada')}` },
  });
  await once(socket, 'open');
  const answered = once(socket, 'message');
  socket.send(
    JSON.stringify({
      id: 1,
      method: 'mutation',
      params: { path: 'submitJob', input: { job: secretJob } },
    }),
  );
  const text = String((await answered)[0]);
  expect(text).toContain('"internal"');
  expect(text).not.toMatch(INTERNALS);
  const [, id = ''] = /"facts":[{]"requestId":"([^"]+)"[}]/.exec(text) ?? [];
  await expect.poll(() => logged(id).some(({ err }) => err !== undefined)).toBe(true);
  socket.close();
  await once(socket, 'close');
});

test('every answer has the id that the log has for the request', async () => {
  const ids = [];
  for (const path of [
    '/api/audit',
    '/api/nothing',
    '/trpc/me',
    '/trpc/nothing',
    '/',
    '/healthz',
    '/api/openapi.json',
  ]) {
    const { id } = await ask('GET', path);
    expect([path, id]).toEqual([path, expect.stringMatching(UUID)]);
    await expect
      .poll(() => logged(id).map(({ msg }) => msg))
      .toEqual(['incoming request', 'request completed']);
    ids.push(id);
  }
  expect(new Set(ids).size).toBe(ids.length);
});

test('an id that the client sends is not used', async () => {
  const answer = await fetch(`${api.url}/healthz`, {
    headers: { 'request-id': 'mine', 'x-request-id': 'mine' },
  });
  expect(answer.headers.get('x-request-id')).toMatch(UUID);
});

test('the log of these failures has no value that was sent or stored', async () => {
  const cookie = await sealData(
    { id: 'x' },
    { password: { '1': 'the secret of one API process alone' } },
  );
  await fetch(`${api.url}/api/jobs`, {
    headers: { cookie: `renderdeck_session=${cookie}`, 'nexrender-secret': KEPT },
  });
  const hashes = (
    await farm.sql`
      select password_hash as hash from users union all select secret_hash from api_tokens`
  ).map(({ hash }) => hash);
  for (const hidden of [
    KEPT,
    farm.secretOf('ada'),
    'an honest long password',
    cookie,
    ...hashes,
    '$argon2id$',
  ])
    expect([hidden, api.said().includes(hidden)]).toEqual([hidden, false]);
});
