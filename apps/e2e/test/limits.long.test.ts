/*
 * Limits that a job brings. A submission with a limit outside its bounds is refused. On the host,
 * the limits of the job replace those of the host.
 */
import { LIMIT_BOUNDS } from '@renderdeck/domain';
import { submitJob } from '@renderdeck/operations';
import { aSystemContext, expectDone } from '@renderdeck/operations/testing';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { openSql } from '@renderdeck/testing/open-sql';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;

beforeAll(async () => {
  // The host's own limits are so long that they never end a render here.
  farm = await startFarmUnderTest({
    RENDERDECK_RENDER_LIMITS: 'launch=1d,render=7d',
  });
  await farm.startWorker();
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
  expect(await farm.files()).toEqual([]);
});
afterAll(() => farm.close());

const sample = { template: { src: 'file:///nowhere/a.aep', composition: 'main' }, assets: [] };

test.each(
  Object.entries(LIMIT_BOUNDS).flatMap(([name, { min, max }]) => [
    [name, min - 1, min, max] as const,
    [name, max + 1, min, max] as const,
    [name, min + 0.5, min, max] as const,
    [name, '60000', min, max] as const,
  ]),
)('limits.%s of %s is refused with 400 and its bounds', async (name, value, min, max) => {
  const answer = await farm.send('POST', '/jobs', { job: sample, limits: { [name]: value } });
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({
    code: 'invalid_input',
    fields: [
      {
        field: `limits.${name}`,
        message: `${name} is a whole number of milliseconds from ${min} to ${max}.`,
      },
    ],
  });
});

test('an unknown limit is refused with 400 and the names of the limits', async () => {
  const answer = await farm.send('POST', '/jobs', { job: sample, limits: { frameMs: 20_000 } });
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  expect(JSON.stringify(answer.body)).toContain(
    'limits has launchMs, stallMs and totalMs, all of them optional.',
  );
});

test('limits at their bounds are saved unchanged', async () => {
  const sql = openSql(farm.database.url);
  for (const end of ['min', 'max'] as const) {
    const limits = Object.fromEntries(
      Object.entries(LIMIT_BOUNDS).map(([name, bounds]) => [name, bounds[end]]),
    );
    const job = await farm.submit({ limits });
    expect(await sql`SELECT limits FROM job_definitions WHERE job_id = ${job.id}`).toMatchObject([
      { limits },
    ]);
    await farm.until(job.id, 'COMPLETED');
  }
  await sql.end();
});

test('the limit of the job ends a stalled render before the limit of the host', async () => {
  const job = await farm.submit({
    project: { frames: 8, misbehave: 'stalls' },
    limits: { stallMs: 10_000 },
  });
  const { view } = await farm.until(job.id, 'FAILED', 40_000);
  expect(view.job).toMatchObject({
    failure: expect.stringMatching(/, nothing more for 10 s \(stall limit\)[.]$/),
    attempts: 1,
    output: 'none',
  });
});

/** Submits a job with limits that are shorter than a client may set. */
async function submitWith(
  limits: { launchMs?: number; totalMs?: number },
  project: object,
): Promise<string> {
  const long = await farm.submit({
    project: { launchMs: 1, ...project },
    priority: 0,
    change: (job) => job,
  });
  const detail = await farm.readJob(long.id);
  await farm.cancel(long.id);
  const context = aSystemContext(farm.db);
  const submission = { name: 'short', priority: 50, nexrenderJob: detail.nexrenderJob, limits };
  return expectDone(await submitJob(context, submission)).view.job.id;
}

test("the launch limit of a job replaces the host's", async () => {
  const id = await submitWith({ launchMs: 1500 }, { misbehave: 'hangs-before-start' });
  expect((await farm.until(id, 'FAILED')).view.job.failure).toBe(
    'After Effects did not start the composition within 1.5 s (launch limit).',
  );
});

test('the total limit of a job ends a long render before it publishes', async () => {
  const id = await submitWith({ totalMs: 3000 }, { frames: 2000, frameMs: 20 });
  const { view, attempts } = await farm.until(id, 'FAILED');
  expect(view.job).toMatchObject({
    failure: 'The render took longer than 3 s in all (total limit).',
    output: 'none',
  });
  expect(attempts[0]?.stopReport).toMatchObject({ survivors: [], proof: expect.any(String) });
});
