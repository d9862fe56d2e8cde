/*
 * A job names its files by the paths of another system. A host without a path map gives the job
 * back at no cost and goes on with other jobs. A host with a map renders the job and writes the
 * output to the mapped path.
 */
import { existsSync } from 'node:fs';
import { type FarmUnderTest, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterAll(() => farm.close());

/** Returns how a Windows host names a path below the farm's folders. */
const onWindows = (path: string) => `W:${path.replaceAll('/', '\\')}`;

test('a job with Windows paths waits for the host that has a map for them', async () => {
  await farm.startWorker('without');
  const job = await farm.submit({
    change: (order, output) => ({
      ...order,
      template: { src: onWindows(readTemplate(order)), composition: 'main' },
      assets: [],
      actions: {
        postrender: [{ module: '@nexrender/action-copy', output: onWindows(output) }],
      },
    }),
  });
  const given = await farm.untilJob(
    job.id,
    'given back',
    ({ view }) => view.job.status === 'QUEUED' && view.job.attempts > 0,
  );
  expect(given.attempts[0]).toMatchObject({ outcome: 'hostFailed' });
  expect(given.view.job.failure).toMatch(/path of Windows.*RENDERDECK_PATH_MAP/s);
  // The host that gave the job back still takes other jobs.
  await farm.until((await farm.submit()).id, 'COMPLETED');

  const { assets, output } = farm.folders;
  await farm.startWorker('mapped', {
    RENDERDECK_PATH_MAP: [assets, output].map((path) => `${onWindows(path)}=${path}`).join(';'),
  });
  const done = await farm.until(job.id, 'COMPLETED');
  expect(done.attempts[0]).toMatchObject({ host: 'mapped', outcome: 'completed' });
  expect(existsSync(job.output)).toBe(true);
});

function readTemplate(order: Record<string, unknown>): string {
  const { src } = Object(order.template);
  return new URL(String(src)).pathname;
}
