/*
 * A job names its files as another system does. A host without a map gives it back at no cost and
 * goes on with other jobs; a host with one renders it, and its output lies where the map leads.
 */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FarmUnderTest, startFarmUnderTest } from './farm/start-farm.ts';

let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterAll(() => farm.close());

/** A path below the farm's folders as a Windows host names it. */
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
  // The host stays in the farm.
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
