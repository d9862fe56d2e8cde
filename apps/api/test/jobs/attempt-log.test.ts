/* A client follows the output lines of a job from one attempt to the next. */

import { releaseAttempt } from '@renderdeck/operations';
import { recordLog } from '@renderdeck/operations/testing';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);

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

/** A job whose attempt 1 has chunks 1 to 3 and whose attempt 2, after a release, has 1 to 4. */
async function withTwoAttempts(title: string, between: () => Promise<void> = async () => {}) {
  const { job } = await farm.submit(title, 100);
  const first = await farm.worker.claim();
  const log = (attempt: number, attemptId: string, ...seqs: readonly number[]) =>
    recordLog(farm.worker.context, { attemptId, chunks: chunks(attempt, ...seqs) });
  await log(1, first.attemptId, 1, 2);
  await between();
  await log(1, first.attemptId, 3);
  await releaseAttempt(farm.worker.context, {
    attempt: first,
    reports: farm.worker.reports,
    why: 'The host drains.',
  });
  const second = await farm.worker.claim();
  await log(2, second.attemptId, 1, 2, 3, 4);
  return { id: job.id };
}
const linesOf = (attempt: number, ...seqs: readonly number[]) =>
  chunks(attempt, ...seqs).flatMap(({ lines }) => lines);

/** Follows the log from a cursor until it has so many lines; gives them and the last cursor. */
async function follow(id: string, lastEventId: string | null, count: number) {
  const { client, close } = api.trpcSocket('vera');
  const lines: string[] = [];
  let cursor: string | null = lastEventId;
  client.onAttemptLog.subscribe(
    { id, lastEventId },
    {
      onData: (event) => {
        cursor = event.id;
        lines.push(...event.data.lines);
      },
    },
  );
  await expect.poll(() => lines.length).toBeGreaterThanOrEqual(count);
  await close();
  return { lines, cursor };
}

test('a log stream that resumes after a requeue skips no line of either attempt', async () => {
  let cursor: string | null = null;
  const { id } = await withTwoAttempts('Resumed', async () => {
    const [newest] = (await api.trpc('vera').listJobs.query({ status: 'RENDERING' })).jobs.filter(
      ({ name }) => name === 'Resumed',
    );
    const seen = await follow(newest?.id ?? '', null, 2);
    expect(seen.lines).toEqual(linesOf(1, 1, 2));
    cursor = seen.cursor;
  });
  const resumed = await follow(id, cursor, 5);
  expect(resumed.lines).toEqual([...linesOf(1, 3), ...linesOf(2, 1, 2, 3, 4)]);
  expect((await follow(id, '2:3', 1)).lines).toEqual(linesOf(2, 4));
});

test('a cursor of an older client, a plain number, resumes in the newest attempt', async () => {
  const { id } = await withTwoAttempts('Old client');
  expect((await follow(id, '2', 2)).lines).toEqual(linesOf(2, 3, 4));
  expect(await api.trpc('vera').getAttemptLog.query({ id, after: 2 })).toMatchObject({
    attempt: 2,
    after: '2:4',
  });
});

test('a log that is read page by page goes on from one attempt to the next', async () => {
  const { id } = await withTwoAttempts('Paged');
  const read: string[] = [];
  let after: string | undefined = '1:0';
  for (let pages = 0; pages < 5; pages += 1) {
    const page: { after: string; chunks: { lines: string[] }[] } = await api
      .trpc('vera')
      .getAttemptLog.query({ id, after, limit: 2 });
    read.push(...page.chunks.flatMap(({ lines }) => lines));
    after = page.after;
  }
  expect(read).toEqual([...linesOf(1, 1, 2, 3), ...linesOf(2, 1, 2, 3, 4)]);
  expect(after).toBe('2:4');
  const whole = await api.trpc('vera').getAttemptLog.query({ id, attempt: 1 });
  expect(whole.chunks.flatMap(({ lines }) => lines)).toEqual(linesOf(1, 1, 2, 3));
});
