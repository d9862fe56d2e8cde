/* A client follows the output lines of a job from one attempt to the next. */
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

test('a log stream goes on with the first line of the next attempt', async () => {
  const { job } = await farm.submit();
  const { client, close } = api.trpcSocket('vera');
  const lines: string[] = [];
  client.onAttemptLog.subscribe(
    { id: job.id },
    { onData: ({ data }) => lines.push(...data.lines) },
  );
  const first = await farm.worker.claim();
  await recordLog(farm.worker.context, { attemptId: first.attemptId, chunks: chunks(1, 1, 2, 3) });
  await expect.poll(() => lines.length).toBe(3);
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
    .poll(() => lines.slice(3))
    .toEqual(chunks(2, 1, 2, 3, 4).flatMap(({ lines: sent }) => sent));
  await close();
});
