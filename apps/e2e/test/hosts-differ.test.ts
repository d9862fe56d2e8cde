/*
 * Two hosts have different lists and roots. What one of them refuses is given back at no cost, and
 * the other one renders it. A job that every known host refuses says so and waits.
 */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;
beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterAll(() => farm.close());

test('a job outside of the output roots of one host is rendered by the other one', async () => {
  const elsewhere = join(farm.folders.output, '..', 'elsewhere');
  await mkdir(elsewhere, { recursive: true });
  const strict = await farm.startWorker('strict', { RENDERDECK_OUTPUT_ROOTS: elsewhere });
  const job = await farm.submit();
  const given = await farm.untilJob(
    job.id,
    'given back',
    ({ view }) => view.job.status === 'QUEUED' && view.job.attempts > 0,
  );
  expect(given.attempts).toMatchObject([{ host: 'strict', outcome: 'hostFailed' }]);
  expect(given.view).toMatchObject({ noHostLeft: true, keptOff: [{ host: 'strict', times: 1 }] });
  const warnings = [
    expect.stringMatching(/^No known host may render this job/),
    expect.stringMatching(/given back by strict: .* lies outside of RENDERDECK_OUTPUT_ROOTS/s),
  ];
  expect((await farm.send('GET', `/jobs/${job.id}`)).body).toMatchObject({
    job: { warnings: expect.arrayContaining(warnings) },
  });
  await farm.startWorker('open');
  const done = await farm.until(job.id, 'COMPLETED');
  expect(done.attempts.map(({ host, outcome }) => [host, outcome])).toEqual([
    ['open', 'completed'],
    ['strict', 'hostFailed'],
  ]);
  expect(existsSync(job.output)).toBe(true);
  expect(await strict.end()).toEqual({ code: 0, signal: null });
});
