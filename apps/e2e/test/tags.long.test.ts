/*
 * Tags in a whole farm. A job with a tag waits for a host that offers the tag. While no known host
 * offers it, the job says so. A silent host stays known until it is declared gone.
 */
import {
  type FarmUnderTest,
  type Submitted,
  startFarmUnderTest,
} from '@renderdeck/standalone/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const SLOW = { frames: 3000, frameMs: 20 } as const;
const WAITS = 'No host offers: c4d. The job waits, and its position counts the whole queue.';
let farm: FarmUnderTest;

beforeAll(async () => {
  farm = await startFarmUnderTest();
});
afterEach(async () => {
  expect(await farm.processes()).toEqual([]);
});
afterAll(() => farm.close());

const submitTagged = () => farm.submit({ change: (job) => ({ ...job, tags: 'c4d' }) });
const whyWaits = async ({ id }: Submitted) => {
  const { status, position, noHostOffers, warnings } = (await farm.show(id)).job;
  return { status, position, noHostOffers, warnings };
};
const waits = { status: 'QUEUED', position: 1, noHostOffers: ['c4d'], warnings: [WAITS] };
const hostsOf = async ({ id }: Submitted) =>
  (await farm.readJob(id)).attempts.map(({ host }) => host);

test('a tagged job waits for a host that offers its tag; other jobs go to any host', async () => {
  const plain = await farm.startWorker('plain');
  const tagged = await submitTagged();
  expect(tagged).toMatchObject(waits);
  const behind = await farm.submit();
  await farm.until(behind.id, 'COMPLETED');
  expect(await whyWaits(tagged)).toEqual(waits);

  const able = await farm.startWorker('able', { RENDERDECK_TAGS: 'ae24,c4d' });
  await farm.until(tagged.id, 'COMPLETED');
  expect(await hostsOf(tagged)).toEqual(['able']);

  const both = [await farm.submit({ project: SLOW }), await farm.submit({ project: SLOW })];
  for (const { id } of both) await farm.untilPhase(id, 'rendering');
  expect((await Promise.all(both.map(hostsOf))).flat().sort()).toEqual(['able', 'plain']);
  // Both hosts are busy, but one of them offers the tag, so the job has no warning.
  const next = await submitTagged();
  expect(await whyWaits(next)).toEqual({ ...waits, noHostOffers: null, warnings: [] });
  for (const { id } of both) await farm.cancel(id);
  await farm.until(next.id, 'COMPLETED');
  expect(await hostsOf(next)).toEqual(['able']);
  for (const worker of [plain, able]) expect(await worker.end()).toEqual({ code: 0, signal: null });
});

test('a dead host counts until it is declared gone, and counts again if it returns', async () => {
  const plain = await farm.startWorker('plain');
  const dies = await farm.startWorker('able', { RENDERDECK_TAGS: 'c4d' });
  await dies.kill();
  const tagged = await submitTagged();
  await farm.endLease('able');
  await farm.untilHost('able', 'silent', ({ state }) => state === 'silent');
  expect(await whyWaits(tagged)).toEqual({ ...waits, noHostOffers: null, warnings: [] });
  const gone = { reason: 'It burned.', confirmName: 'able' };
  expect(await farm.send('POST', '/hosts/able/gone', gone)).toMatchObject({ status: 200 });
  expect(await whyWaits(tagged)).toEqual(waits);

  const back = await farm.startWorker('able', { RENDERDECK_TAGS: 'c4d' });
  await farm.until(tagged.id, 'COMPLETED');
  expect(await hostsOf(tagged)).toEqual(['able']);
  // After its restart the host offers fewer tags.
  expect(await back.end()).toEqual({ code: 0, signal: null });
  const less = await farm.startWorker('able');
  const never = await submitTagged();
  expect(await whyWaits(never)).toEqual(waits);
  await farm.cancel(never.id);
  for (const worker of [plain, less]) expect(await worker.end()).toEqual({ code: 0, signal: null });
});
