/* Secrets — ours, and those inside a submitted job — are planted, the jobs render, fail and are refused, and then every output is searched for them. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { startApi } from '@renderdeck/api/testing';
import { createClient } from '@renderdeck/client';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type FarmUnderTest, startFarmUnderTest, type WorkerUnderTest } from './farm/start-farm.ts';

/** Every planted secret has this in it. */
const PLANTED = /planted-[a-z-]+/g;
const ADMIN = { username: 'ada', password: 'planted-admin-password' };

let farm: FarmUnderTest;
let worker: WorkerUnderTest;
let api: Awaited<ReturnType<typeof startApi>>;
let sql: ReturnType<typeof openSql>;
/** A shop of templates and images that asks for a password and logs nobody. */
const shop = createServer(async ({ url = '' }, response) => {
  const name = /^\/(job\.aep|logo\.png)\?/.exec(url)?.[1];
  const body = name === undefined ? null : await readFile(join(farm.folders.assets, name));
  response
    .writeHead(body === null ? 403 : 200)
    .end(body ?? '<Error>no such key, planted-error-body</Error>');
});
let shopUrl: string;
const answers: string[] = [];

beforeAll(async () => {
  farm = await startFarmUnderTest();
  await new Promise<void>((resolve) => {
    shop.listen(0, '127.0.0.1', resolve);
  });
  const bound = shop.address();
  shopUrl = `http://maria:planted-url-password@127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
  sql = openSql(farm.database.url);
  await sql`delete from api_tokens`;
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
  await sql.end();
  await farm.close();
  shop.closeAllConnections();
  await new Promise((resolve) => shop.close(resolve));
});

let cookie = '';
async function ask(
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
const keep = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
  const given = await answer.catch((error: unknown) => {
    answers.push(JSON.stringify(error, Object.getOwnPropertyNames(error)));
    throw error;
  });
  answers.push(JSON.stringify(given));
  return given;
};

/** A job as people write them who should not: its passwords in its addresses, in its fields, in keys of its actions. */
async function jobWithSecrets(title: string, image: string): Promise<Record<string, unknown>> {
  await writeSampleFiles(farm.folders.assets, 'job', { frames: 5, frameMs: 5, launchMs: 1 });
  const files = { templatePath: 'job.aep', imagePath: 'logo.png' };
  const job = sampleJob({ ...files, outputPath: join(farm.folders.output, `${title}.avi`), title });
  return {
    ...job,
    template: {
      src: `${shopUrl}/job.aep?X-Amz-Signature=planted-signature`,
      composition: 'main',
      credentials: { user: 'planted-user' },
    },
    assets: [
      {
        type: 'data',
        layerName: 'title',
        property: 'Source Text',
        value: title,
        apiKey: 'planted-api-key',
      },
      {
        type: 'image',
        layerName: 'logo',
        src: `${shopUrl}/${image}?token=planted-query-token`,
        credentials: 'planted-credentials',
      },
    ],
    s3: {
      accessKeyId: 'planted-access-key',
      secretAccessKey: 'planted-secret-key',
      nested: [{ password: 'planted-nested' }],
    },
  };
}

test('no planted secret is in any answer, error, log, event or row that is not made to keep it', {
  timeout: 120_000,
}, async () => {
  await ask('POST', '/api/session', { username: 'ada', password: 'planted-wrong-password' });
  await ask('POST', '/api/session', { username: 'planted-typed-as-a-name', password: 'x' });
  await ask('POST', '/api/session', ADMIN);
  expect(cookie).not.toBe('');
  const events = new WebSocket(`${api.url.replace('http', 'ws')}/api/events`, {
    headers: { cookie },
  });
  events.on('message', (data) => answers.push(String(data)));
  await new Promise((resolve) => events.once('open', resolve));

  // Rendered, failed, cancelled, over either channel; refused in every way.
  const rendered = JSON.parse(
    await ask('POST', '/api/jobs', { job: await jobWithSecrets('rendered', 'logo.png') }),
  ).job.id;
  const failed = (
    await keep(
      client().submitJob.mutate(Object({ job: await jobWithSecrets('failed', 'missing.png') })),
    )
  ).job.id;
  await farm.until(rendered, 'COMPLETED', 60_000);
  await farm.until(failed, 'FAILED', 60_000);
  const waiting = JSON.parse(
    await ask('POST', '/api/jobs', {
      job: await jobWithSecrets('waiting', 'logo.png'),
      priority: 1,
    }),
  ).job.id;
  await ask('PATCH', `/api/jobs/${waiting}/priority`, { priority: 2 });
  await ask('DELETE', `/api/jobs/${waiting}`);
  const refused = { ...(await jobWithSecrets('refused', 'logo.png')), uid: '../planted-uid' };
  await ask('POST', '/api/jobs', { job: refused });
  await ask('POST', '/api/jobs', {
    job: { ...refused, template: { src: 5, password: 'planted-misplaced' } },
  });
  await ask('POST', '/api/jobs', '{"job": {"password": "planted-in-broken-json", ');
  await expect(keep(client().submitJob.mutate(Object({ job: refused })))).rejects.toThrow();
  await expect(
    keep(client().login.mutate({ username: 'ada', password: 'planted-wrong-again' })),
  ).rejects.toThrow();

  // Our own: passwords, and a token, which is shown this once.
  await keep(
    client().createUser.mutate({ name: 'sam', role: 'viewer', password: 'planted-first-password' }),
  );
  await keep(client().updateUser.mutate({ name: 'sam', password: 'planted-second-password' }));
  const { secret } = await client().createToken.mutate({ name: 'bot', role: 'admin' });
  await fetch(`${api.url}/api/jobs`, { headers: { authorization: `Bearer ${secret}` } });

  // As programs built on nexrender-server ask.
  const asProgram = { 'nexrender-secret': secret };
  const { uid } = JSON.parse(
    await ask(
      'POST',
      '/api/v1/jobs',
      { ...(await jobWithSecrets('old', 'logo.png')), priority: -50 },
      asProgram,
    ),
  );
  await ask('PUT', `/api/v1/jobs/${uid}`, { s3: { password: 'planted-in-a-change' } }, asProgram);
  await ask('DELETE', `/api/v1/jobs/${uid}`, undefined, asProgram);
  for (const path of ['', '/status', `/${uid}`, `/${uid}/status`])
    await ask('GET', `/api/v1/jobs${path}`, undefined, asProgram);

  for (const path of [
    '/api/jobs',
    `/api/jobs/${failed}`,
    '/api/audit?limit=500',
    '/api/audit.csv',
    '/api/hosts',
    '/metrics',
  ])
    await ask('GET', path);
  for (const id of [rendered, failed, waiting]) {
    await keep(client().getJob.query({ id }));
    await keep(client().getAttemptLog.query({ id }));
  }
  await keep(client().listUsers.query());
  await keep(client().listTokens.query());
  await keep(client().listSessions.query());
  events.close();

  const tables = await sql<
    { name: string }[]
  >`select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'job_secrets'`;
  const rows = await Promise.all(
    tables.map(
      async ({ name }) =>
        `${name} ${JSON.stringify(await sql.unsafe(`select t::text from ${name} t`))}`,
    ),
  );
  const outputs = {
    answers: answers.join('\n'),
    'the log of the API': api.said(),
    'the log of the worker': worker.said(),
    rows: rows.join('\n'),
  };

  // The search finds what it looks for: the secrets are where they belong, the jobs' hidden marks where they were, the lines that tell of it all.
  const kept = new Set(JSON.stringify(await sql`select secrets from job_secrets`).match(PLANTED));
  expect([...kept].sort()).toEqual(
    [
      'access-key',
      'api-key',
      'credentials',
      'nested',
      'query-token',
      'secret-key',
      'signature',
      'url-password',
      'user',
    ].map((word) => `planted-${word}`),
  );
  for (const [what, text] of Object.entries(outputs))
    expect([what, text.length > 500]).toEqual([what, true]);
  expect(outputs.answers).toContain('•••');
  expect(outputs.rows).toContain('•••');
  expect(outputs.rows).toMatch(/missing\.png/);

  for (const [what, text] of Object.entries(outputs)) {
    expect([what, text.match(PLANTED) ?? []]).toEqual([what, []]);
    expect([what, text.includes(secret)]).toEqual([what, false]);
    expect([what, text.includes(cookie.split('=')[1] ?? 'no cookie')]).toEqual([what, false]);
  }
});
