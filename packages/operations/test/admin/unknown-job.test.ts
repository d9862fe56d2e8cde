/* Each read of a part of a job that nobody submitted. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { getAttemptUsage, getLogText, getOutput } from '../../src/index.ts';
import { aFarm, aQueuedJob } from '../../testing/index.ts';

const farm = aFarm();
const id = randomUUID();

it.each([
  ['usage', () => getAttemptUsage(farm, { id, attempt: null })],
  ['log', () => getLogText(farm, { id, attempt: null, from: 0, most: 1000 })],
  ['output', () => getOutput(farm, { id, attempt: 1, number: 1 })],
])('the %s of an unknown job is refused', async (_part, read) => {
  expect(await read()).toMatchObject({ ok: false, rejection: { code: 'unknownJob', id } });
});

it('an output of a job that has none is refused by its number', async () => {
  const { job } = await aQueuedJob(farm);
  expect(await getOutput(farm, { id: job.id, attempt: 1, number: 1 })).toMatchObject({
    rejection: { code: 'noOutput', attempt: 1, number: 1 },
  });
});
