/*
 * A submitter asks for a priority: over tRPC, REST and nexrender-server's API there is one limit,
 * one code and one audit line.
 */
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import {
  apiOfFile,
  farmOfFile,
  NEXRENDER_JOB,
  type TestApi,
  type Who,
} from '../../testing/open-farm.ts';

const farm = farmOfFile();
const strict = apiOfFile(farm, { nexrenderApi: true });
const generous = apiOfFile(farm, { nexrenderApi: true, submitPriorityMax: 80 });
afterEach(() => farm.sql`truncate jobs cascade`);

/** Ours is from 0 to 100. nexrender-server's is 50 less. */
const SUBMITS = {
  tRPC: (api: TestApi, who: Who, priority: number) =>
    api.send(who, 'POST', '/trpc/submitJob', { job: NEXRENDER_JOB, priority }),
  REST: (api: TestApi, who: Who, priority: number) =>
    api.send(who, 'POST', '/api/jobs', { job: NEXRENDER_JOB, priority }),
  '/api/v1': (api: TestApi, who: Who, priority: number) =>
    api.send(
      null,
      'POST',
      '/api/v1/jobs',
      { ...NEXRENDER_JOB, priority: priority - 50 },
      {
        'nexrender-secret': farm.secretOf(who === 'ada' ? 'ada' : 'sam'),
      },
    ),
} as const;
const CHANNELS = ['tRPC', 'REST', '/api/v1'] as const;

const problem = z.object({ code: z.string(), detail: z.string() });
const problemOf = (body: unknown) =>
  z
    .union([
      z.object({ error: z.object({ data: z.object({ problem }) }) }),
      problem.transform((plain) => ({ error: { data: { problem: plain } } })),
    ])
    .parse(body).error.data.problem;
const priorities = async () =>
  (await farm.sql<{ priority: number }[]>`select priority from jobs order by priority`).map(
    (job) => job.priority,
  );

test.each(CHANNELS)('over %s a submitter gets the default priority at most', async (channel) => {
  for (const priority of [51, 100]) {
    const { status, body } = await SUBMITS[channel](strict, 'sam', priority);
    expect([status, problemOf(body)]).toEqual([
      403,
      {
        code: 'priority_too_high',
        detail:
          `Priority ${priority} is an admin’s; your role submits with 50 or less. ` +
          'Submit with that, and ask an admin to raise it.',
      },
    ]);
    const [line] = await farm.sql`
      select actor, action, outcome, code from audit_log order by id desc limit 1`;
    expect(line).toEqual({
      actor: 'sam-bot',
      action: 'submitJob',
      outcome: 'refused',
      code: 'priority_too_high',
    });
  }
  expect(await priorities()).toEqual([]);
  await SUBMITS[channel](strict, 'sam', 0);
  await SUBMITS[channel](strict, 'sam', 50);
  await SUBMITS[channel](strict, 'ada', 100);
  expect(await priorities()).toEqual([0, 50, 100]);
});

test.each(CHANNELS)('over %s the setting raises the limit of a submitter', async (channel) => {
  expect((await SUBMITS[channel](generous, 'sam', 81)).status).toBe(403);
  await SUBMITS[channel](generous, 'sam', 80);
  expect(await priorities()).toEqual([80]);
});

test('a key does not lead around the limit', async () => {
  const submit = (priority: number) =>
    strict.send(
      'sam',
      'POST',
      '/api/jobs',
      { job: NEXRENDER_JOB, priority },
      {
        'idempotency-key': 'one',
      },
    );
  expect((await submit(90)).status).toBe(403);
  expect((await submit(50)).status).toBe(201);
  expect((await submit(90)).status).toBe(403);
  expect(await priorities()).toEqual([50]);
});

test('a preview names the highest priority of the user, over tRPC and REST', async () => {
  await generous.send('sam', 'POST', '/api/jobs', { job: NEXRENDER_JOB, priority: 60 });
  for (const [who, highestPriority] of [
    ['sam', 80],
    ['ada', 100],
  ] as const) {
    const preview = { position: 2, queued: 1, highestPriority };
    const rest = await generous.send(who, 'GET', '/api/jobs/preview?priority=60');
    expect(rest).toMatchObject({ status: 200, body: preview });
    expect(await generous.trpc(who).previewSubmit.query({ priority: 60 })).toMatchObject(preview);
  }
  expect(await strict.send('sam', 'GET', '/api/jobs/preview')).toMatchObject({
    body: { position: 2, highestPriority: 50 },
  });
  for (const priority of ['101', '1.5', 'x'])
    expect((await strict.send('sam', 'GET', `/api/jobs/preview?priority=${priority}`)).status).toBe(
      400,
    );
});
