/*
 * Secrets are planted in jobs that render, fail and are refused, and in passwords and a token. Then
 * every output of Renderdeck is searched for them.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startApi } from '@renderdeck/api/testing';
import { createClient } from '@renderdeck/client';
import type { WorkerUnderTest } from '@renderdeck/standalone/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { farmOfFile } from './farm/farm-of-file.ts';
import { jobWithSecrets, namedSecret, PLANTED_WORDS, startFileServer } from './job-with-secrets.ts';

/** Every planted secret matches this. */
const PLANTED = /planted-[a-z-]+/g;
const ADMIN = { username: 'ada', password: 'planted-admin-password' };

const farm = farmOfFile();
let worker: WorkerUnderTest;
let api: Awaited<ReturnType<typeof startApi>>;
let fileServer: Awaited<ReturnType<typeof startFileServer>>;
const answers: string[] = [];

beforeAll(async () => {
  fileServer = await startFileServer(farm.folders.assets);
  await farm.sql`delete from api_tokens`;
  api = await startApi({
    DATABASE_URL: await farm.database.urlAs('renderdeck_api'),
    RENDERDECK_ADMIN_USER: ADMIN.username,
    RENDERDECK_ADMIN_PASSWORD: ADMIN.password,
    RENDERDECK_LOG_LEVEL: 'trace',
    RENDERDECK_NEXRENDER_API: 'on',
  });
  worker = await farm.startWorker('one', { RENDERDECK_LOG_LEVEL: 'trace' });
});
afterAll(async () => {
  await api.end();
  await fileServer.close();
});

let cookie = '';
/** Sends one request with the session's cookie and keeps the answer for the search. */
async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = { cookie },
): Promise<string> {
  const answer = await fetch(`${api.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
  const text = await answer.text();
  answers.push(`${method} ${path} ${answer.status} ${text}`);
  return text;
}
const client = () => createClient({ url: api.url, cookie }).api;
/** Keeps the answer of a tRPC call, also if it is an error. */
async function keep<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const given = await answer.catch((error: unknown) => {
    answers.push(JSON.stringify(error, Object.getOwnPropertyNames(error)));
    throw error;
  });
  answers.push(JSON.stringify(given));
  return given;
}

const planted = (title: string, image = 'logo.png') =>
  jobWithSecrets(farm.folders, fileServer.url, title, image);

/** Signs in, also with wrong passwords. Keeps every live event from then on. */
async function signIn(): Promise<WebSocket> {
  await send('POST', '/api/session', { username: 'ada', password: 'planted-wrong-password' });
  await send('POST', '/api/session', { username: 'planted-typed-as-a-name', password: 'x' });
  await send('POST', '/api/session', ADMIN);
  expect(cookie).not.toBe('');
  const events = new WebSocket(`${api.url.replace('http', 'ws')}/api/events`, {
    headers: { cookie },
  });
  events.on('message', (data) => answers.push(String(data)));
  await new Promise((resolve) => events.once('open', resolve));
  return events;
}

/**
 * Submits jobs over REST and tRPC: one completes, one fails, one is cancelled. Returns their ids.
 */
async function submitJobs() {
  const rendered: string = JSON.parse(
    await send('POST', '/api/jobs', namedSecret(await planted('rendered'))),
  ).job.id;
  const failed = (
    await keep(
      client().submitJob.mutate(
        Object(namedSecret(await planted('failed', 'planted-named-image.png'))),
      ),
    )
  ).job.id;
  await farm.until(rendered, 'COMPLETED', 60_000);
  await farm.until(failed, 'FAILED', 60_000);
  const cancelled: string = JSON.parse(
    await send('POST', '/api/jobs', { job: await planted('waiting'), priority: 1 }),
  ).job.id;
  await send('PATCH', `/api/jobs/${cancelled}/priority`, { priority: 2 });
  await send('DELETE', `/api/jobs/${cancelled}`);
  return { rendered, failed, cancelled };
}

/** Sends jobs and a login that the API refuses. */
async function sendRefused(): Promise<void> {
  const refused = { ...(await planted('refused')), uid: '../planted-uid' };
  await send('POST', '/api/jobs', { job: refused });
  await send('POST', '/api/jobs', {
    job: { ...refused, template: { src: 5, password: 'planted-misplaced' } },
  });
  await send('POST', '/api/jobs', '{"job": {"password": "planted-in-broken-json", ');
  await expect(keep(client().submitJob.mutate(Object({ job: refused })))).rejects.toThrow();
  await expect(
    keep(client().login.mutate({ username: 'ada', password: 'planted-wrong-again' })),
  ).rejects.toThrow();
}

/** Sets passwords and creates a token. Returns the token: only this answer may show it. */
async function createToken(): Promise<string> {
  await keep(
    client().createUser.mutate({ name: 'sam', role: 'viewer', password: 'planted-first-password' }),
  );
  await keep(client().updateUser.mutate({ name: 'sam', password: 'planted-second-password' }));
  const { secret } = await client().createToken.mutate({ name: 'bot', role: 'admin' });
  await fetch(`${api.url}/api/jobs`, { headers: { authorization: `Bearer ${secret}` } });
  return secret;
}

/** Sends requests to /api/v1, as programs for nexrender-server do. */
async function useNexrenderApi(secret: string): Promise<void> {
  const headers = { 'nexrender-secret': secret };
  const job = { ...(await planted('old')), priority: -50 };
  const { uid } = JSON.parse(await send('POST', '/api/v1/jobs', job, headers));
  await send('PUT', `/api/v1/jobs/${uid}`, { s3: { password: 'planted-in-a-change' } }, headers);
  await send('DELETE', `/api/v1/jobs/${uid}`, undefined, headers);
  for (const path of ['', '/status', `/${uid}`, `/${uid}/status`])
    await send('GET', `/api/v1/jobs${path}`, undefined, headers);
}

async function readEverything(ids: Awaited<ReturnType<typeof submitJobs>>): Promise<void> {
  for (const path of [
    '/api/jobs',
    `/api/jobs/${ids.failed}`,
    '/api/audit?limit=500',
    '/api/audit.csv',
    '/api/hosts',
    '/metrics',
  ])
    await send('GET', path);
  for (const id of Object.values(ids)) {
    await keep(client().getJob.query({ id }));
    await keep(client().getAttemptLog.query({ id }));
    for (const what of ['log', 'usage']) await send('GET', `/api/jobs/${id}/attempts/1/${what}`);
  }
  await keep(client().listUsers.query());
  await keep(client().listTokens.query());
  await keep(client().listSessions.query());
}

/** Reads the journal and the other files that the worker keeps on its host. */
async function readHostFiles(): Promise<string[]> {
  const folder = join(farm.scratchOf('one'), '.host');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')),
  );
}

/** Collects every output to search. Only the table job_secrets may hold secrets. */
async function collectOutputs() {
  const tables = await farm.sql<{ name: string }[]>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename <> 'job_secrets'`;
  const rows = await Promise.all(
    tables.map(
      async ({ name }) =>
        `${name} ${JSON.stringify(await farm.sql.unsafe(`select t::text from ${name} t`))}`,
    ),
  );
  return {
    answers: answers.join('\n'),
    'the log of the API': api.said(),
    'the log of the worker': worker.said(),
    rows: rows.join('\n'),
    "the host's own files": (await readHostFiles()).join('\n'),
  };
}

/** Checks that the secrets are stored, and that every output has the text that must be searched. */
async function expectSearchable(
  outputs: Awaited<ReturnType<typeof collectOutputs>>,
): Promise<void> {
  const kept = new Set(
    JSON.stringify(await farm.sql`select secrets from job_secrets`).match(PLANTED),
  );
  expect([...kept].sort()).toEqual(PLANTED_WORDS.map((word) => `planted-${word}`));
  for (const [what, text] of Object.entries(outputs))
    expect([what, text.length > 500]).toEqual([what, true]);
  expect(outputs.answers).toContain('•••');
  expect(outputs.rows).toContain('•••');
  expect(outputs.rows).toMatch(/could not be downloaded/);
}

test('no planted secret is in an answer, error, log, event or row other than job_secrets', {
  timeout: 120_000,
}, async () => {
  const events = await signIn();
  const ids = await submitJobs();
  await sendRefused();
  const secret = await createToken();
  await useNexrenderApi(secret);
  await readEverything(ids);
  events.close();

  const outputs = await collectOutputs();
  await expectSearchable(outputs);
  for (const [what, text] of Object.entries(outputs)) {
    expect([what, text.match(PLANTED) ?? []]).toEqual([what, []]);
    expect([what, text.includes(secret)]).toEqual([what, false]);
    expect([what, text.includes(cookie.split('=')[1] ?? 'no cookie')]).toEqual([what, false]);
  }
});
