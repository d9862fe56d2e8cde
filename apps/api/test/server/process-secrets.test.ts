/*
 * Secrets of a submitted job, passwords and tokens are in no answer, no log line and no audit
 * entry. The render host gets them.
 */
import { once } from 'node:events';
import { readSecrets } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { farmOfFile, NEXRENDER_JOB, PASSWORD } from '../../testing/open-farm.ts';
import { startApi } from '../../testing/start-api.ts';

const SECRET = 'hunter2-of-this-test';
const JOB = {
  ...NEXRENDER_JOB,
  template: {
    ...NEXRENDER_JOB.template,
    src: `https://user:${SECRET}@files.example/a.aep?X-Amz-Signature=${SECRET}`,
  },
  assets: [
    {
      type: 'image',
      layerName: 'logo',
      src: 'https://x.example/a.png',
      params: { headers: { authorization: SECRET } },
    },
  ],
  actions: {
    postrender: [
      {
        module: '@nexrender/action-copy',
        output: 'a.avi',
        password: SECRET,
        credentials: { accessKeyId: SECRET },
      },
    ],
  },
};

const farm = farmOfFile();

/** An admin of the API. `answers` has the text and the headers of every answer, and every event. */
async function connectAdmin(api: Awaited<ReturnType<typeof startApi>>) {
  const token = farm.secretOf('ada');
  const answers: string[] = [];
  const events = new WebSocket(`${api.url.replace('http', 'ws')}/api/events`, {
    headers: { authorization: `Bearer ${token}` },
  });
  events.on('message', (data) => answers.push(String(data)));
  await once(events, 'message');
  return {
    answers,
    async ask(method: string, path: string, body?: unknown) {
      const answer = await api.ask(token, method, path, body);
      answers.push(answer.text, JSON.stringify([...answer.headers]));
      return answer.status;
    },
    async close() {
      events.close();
      await once(events, 'close');
    },
  };
}

test('no secret is in an answer, the log or the audit log; the render host gets them', async () => {
  const api = await startApi({ DATABASE_URL: farm.database.url, RENDERDECK_LOG_LEVEL: 'trace' });
  const { answers, ask, close } = await connectAdmin(api);
  expect(await ask('POST', '/api/jobs', { job: JOB, priority: 100 })).toBe(201);
  expect(await ask('POST', '/trpc/submitJob', { job: JOB, priority: 99 })).toBe(200);
  expect(await ask('POST', '/api/jobs', { job: { ...JOB, uid: `../${SECRET}` } })).toBe(400);
  expect(await ask('POST', '/api/session', { username: 'ada', password: SECRET })).toBe(401);
  expect(await ask('POST', '/api/session', { username: 'ada', password: PASSWORD })).toBe(200);
  expect(await ask('GET', '/api/jobs')).toBe(200);
  const named = { job: { ...JOB, product: [SECRET] }, secrets: ['product.*'] };
  expect(await ask('POST', '/api/jobs', named)).toBe(201);
  expect(await ask('POST', '/trpc/submitJob', named)).toBe(200);
  const wrong = { job: JOB, secrets: ['template.src', 'product.*'] };
  expect(await ask('POST', '/api/jobs', wrong)).toBe(400);
  expect(answers.at(-2)).toContain('The job has no value at product.*.');
  expect(await ask('POST', '/trpc/submitJob', wrong)).toBe(400);
  const hidden = await farm.sql`select hidden::text as hidden from job_definitions`;
  expect(hidden.filter((row) => row.hidden.includes('"named by the job"'))).toHaveLength(2);
  const claimed = await farm.worker.claim();
  const { jobId, attemptId, nexrenderJob } = claimed;
  const attempt = { jobId, attemptId };
  const read = await readSecrets(farm.worker.context, { attempt, nexrenderJob });
  expect(read).toMatchObject({ ok: true, nexrenderJob: JOB });
  await farm.worker.fail(claimed.jobId, 'it failed');
  const input = encodeURIComponent(JSON.stringify({ id: claimed.jobId }));
  expect(await ask('GET', `/trpc/getJob?input=${input}`)).toBe(200);
  expect(await ask('GET', '/api/audit?limit=500')).toBe(200);
  await expect.poll(() => answers.some((text) => text.includes('it failed'))).toBe(true);
  await close();
  expect(await api.end()).toEqual({ code: 0, signal: null });

  expect(api.said()).toContain('"url":"/api/jobs"');
  expect(answers.join('\n')).toContain('•••');
  const audit = JSON.stringify(await farm.sql`SELECT * FROM audit_log`);
  for (const [where, text] of Object.entries({
    answers: answers.join('\n'),
    log: api.said(),
    audit,
  })) {
    for (const hidden of [SECRET, PASSWORD, farm.secretOf('ada')])
      expect([where, text.includes(hidden)]).toEqual([where, false]);
  }
});
