/* A program in Python for nexrender-server, with uids of its own, works with Renderdeck. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { NEXRENDER_JOB, openFarm, type TestApi, type TestFarm } from '../../testing/open-farm.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve({ nexrenderApi: true, submitPriorityMax: 100 });
});
afterAll(() => farm.close());

/** As Python's httpx sends it: compact JSON and its own headers. */
async function asHttpx(method: string, path: string, body?: object) {
  const answer = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers: {
      accept: '*/*',
      'accept-encoding': 'gzip, deflate',
      connection: 'keep-alive',
      'user-agent': 'python-httpx/0.28.1',
      'nexrender-secret': farm.secretOf('ada'),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  return { status: answer.status, body: z.looseObject({}).parse(await answer.json()) };
}

test('a client in the style of httpx sends a job again after a lost answer, polls', async () => {
  const uid = randomUUID();
  const job = { ...NEXRENDER_JOB, uid, priority: 50, state: 'created' };
  const first = await asHttpx('POST', '/jobs', job);
  const again = await asHttpx('POST', '/jobs', job);
  expect([first.status, again.status]).toEqual([200, 200]);
  expect(again.body).toEqual(first.body);
  expect(await asHttpx('GET', `/jobs/${uid}/status`)).toMatchObject({
    status: 200,
    body: { uid, state: 'queued', tags: null },
  });
  const { jobId } = await farm.worker.claim();
  await farm.worker.fail(jobId, 'The template is not there.');
  const failed = await asHttpx('GET', `/jobs/${uid}`);
  expect(failed.body).toMatchObject({ uid, state: 'error' });
  expect(
    await asHttpx('PUT', `/jobs/${uid}`, { ...failed.body, state: 'queued', error: null }),
  ).toMatchObject({ status: 200, body: { uid, state: 'queued' } });
  expect(await asHttpx('DELETE', `/jobs/${uid}`)).toEqual({
    status: 200,
    body: { id: uid, removed: true },
  });
});
