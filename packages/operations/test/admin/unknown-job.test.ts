/* Each act on a job, and each read of a part of a job, that nobody submitted. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  cancelJob,
  getAttemptLog,
  getAttemptUsage,
  getJob,
  getLogText,
  getOutput,
  getPicture,
  listJobChanges,
  resubmitJob,
  setPriority,
} from '../../src/index.ts';
import { aFarm, aQueuedJob, NO_TRACE } from '../../testing/index.ts';

const farm = aFarm();
const id = randomUUID();
const rejection = { code: 'unknownJob', id };

it.each<[string, () => Promise<object>]>([
  ['detail', () => getJob(farm, { id })],
  ['history', () => listJobChanges(farm, { id, after: null, limit: 1 })],
  ['usage', () => getAttemptUsage(farm, { id, attempt: null })],
  ['log', () => getLogText(farm, { id, attempt: null, from: 0, most: 1000 })],
  ['newest lines', () => getAttemptLog(farm, { id, attempt: null, after: null, limit: 10 })],
  ['output', () => getOutput(farm, { id, attempt: 1, number: 1 })],
  ['picture', () => getPicture(farm, { id, attempt: 1, number: 1 })],
  ['cancel', () => cancelJob(farm.admin, { id, reason: null })],
  ['new priority', () => setPriority(farm.admin, { id, priority: 60, expectedVersion: null })],
  ['next run', () => resubmitJob(farm.admin, { id })],
])('the %s of an unknown job is refused, and nothing changes', async (_part, act) => {
  const seen = await farm.trace(act);
  expect(seen).toEqual({ result: { ok: false, rejection }, ...NO_TRACE });
});

it('an output of a job that has none is refused by its number', async () => {
  const { job } = await aQueuedJob(farm);
  expect(await getOutput(farm, { id: job.id, attempt: 1, number: 1 })).toMatchObject({
    rejection: { code: 'noOutput', attempt: 1, number: 1 },
  });
});
