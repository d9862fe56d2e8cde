/* Output lines as a client follows them, from one attempt into the next. */
import { recordLog, releaseAttempt } from '@renderdeck/operations';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFarm, type TestApi, type TestFarm } from './serve-api.ts';

let farm: TestFarm;
let api: TestApi;
beforeAll(async () => {
  farm = await openFarm();
  api = await farm.serve();
});
afterAll(() => farm.close());

const chunks = (attempt: number, ...seqs: readonly number[]) =>
  seqs.map(
    (seq) => ({ seq, stream: 'nexrender', lines: [`attempt ${attempt}, chunk ${seq}`] }) as const,
  );

test('whoever follows a log goes on with the next attempt from its first line, though it counts its chunks anew', async () => {
  const { job } = await farm.submit();
  const { client, close } = api.trpcSocket('vera');
  const heard: string[] = [];
  client.onAttemptLog.subscribe(
    { id: job.id },
    { onData: ({ data }) => heard.push(...data.lines) },
  );
  const first = await farm.worker.claim();
  await recordLog(farm.worker.context, { attemptId: first.attemptId, chunks: chunks(1, 1, 2, 3) });
  await expect.poll(() => heard.length).toBe(3);
  await releaseAttempt(farm.worker.context, {
    attempt: first,
    reports: farm.worker.reports,
    why: 'The host drains.',
  });
  const second = await farm.worker.claim();
  await recordLog(farm.worker.context, {
    attemptId: second.attemptId,
    chunks: chunks(2, 1, 2, 3, 4),
  });
  await expect
    .poll(() => heard.slice(3))
    .toEqual(chunks(2, 1, 2, 3, 4).flatMap(({ lines }) => lines));
  await close();
});
