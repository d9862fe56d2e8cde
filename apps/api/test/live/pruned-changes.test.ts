/*
 * Old job changes are pruned. A client that resumes from before them reads that there is a gap.
 * Secrets of ended jobs are deleted.
 */
import { once } from 'node:events';
import { cancelJob, readJobChanges, submitJob } from '@renderdeck/operations';
import { pruneOldChanges } from '@renderdeck/operations/extras';
import { waitFor } from '@renderdeck/testing';
import { holdOpen } from '@renderdeck/testing/race';
import { expect, test } from 'vitest';
import { apiOfFile, farmOfFile, NEXRENDER_JOB } from '../../testing/open-farm.ts';

const DAY_MS = 86_400_000;
const farm = farmOfFile();
const api = apiOfFile(farm);

const cursorNow = async () => (await readJobChanges(farm, { cursor: null })).cursor;
/** No transaction runs beside it in the whole cluster, which a test shares with others. */
const quietCursor = () =>
  waitFor(async () => {
    const cursor = await cursorNow();
    return cursor.endsWith(':') && cursor;
  });
const countChanges = async () => (await farm.sql`SELECT count(*)::int AS n FROM job_changes`)[0]?.n;
/** Prunes until so many are left: a transaction of another database may run for a moment. */
const pruneUntilLeft = (left: number) =>
  waitFor(async () => {
    await pruneOldChanges(farm, { olderThanMs: DAY_MS });
    return (await countChanges()) === left;
  });
/** Makes every change so far two days old. */
const age = () => farm.sql`UPDATE job_changes SET at = at - interval '2 days'`;
async function firstFrame(cursor: string): Promise<unknown> {
  const socket = api.socket('vera', `/api/events?cursor=${encodeURIComponent(cursor)}`);
  const [frame] = await once(socket, 'message');
  socket.close();
  await once(socket, 'close');
  return JSON.parse(String(frame));
}

test('older changes are pruned, and only a cursor from before them has a gap', async () => {
  const before = await cursorNow();
  await farm.submit('Old');
  const between = await quietCursor();
  await age();
  await farm.submit('Young');
  const after = await cursorNow();
  expect(await firstFrame(before)).toMatchObject({ type: 'alive', gap: false });
  await pruneUntilLeft(1);
  expect(await firstFrame(before)).toMatchObject({ type: 'alive', gap: true });
  expect(await readJobChanges(farm, { cursor: before })).toMatchObject({ gap: true, changes: [] });
  expect(await firstFrame(between)).toMatchObject({ type: 'alive', gap: false });
  expect((await readJobChanges(farm, { cursor: between })).changes).toMatchObject([
    { change: { event: 'submit' } },
  ]);
  expect(await firstFrame(after)).toMatchObject({ type: 'alive', gap: false });
});

test('changes that a running transaction may still hide are kept', async () => {
  const slow = await holdOpen(farm.db, (tx) => tx.execute('select pg_current_xact_id()'));
  const { job } = await farm.submit('Beside it');
  await age();
  await pruneOldChanges(farm, { olderThanMs: DAY_MS });
  expect(await farm.sql`SELECT id FROM job_changes WHERE job_id = ${job.id}`).toHaveLength(1);
  await slow.commit();
  await pruneUntilLeft(0);
});

test('a second prune changes nothing', async () => {
  await pruneOldChanges(farm, { olderThanMs: DAY_MS });
  const [mark] = await farm.sql`SELECT xid::text, at FROM job_changes_forgotten`;
  await pruneOldChanges(farm, { olderThanMs: DAY_MS });
  expect(await farm.sql`SELECT xid::text, at FROM job_changes_forgotten`).toEqual([mark]);
});

const viewOf = (submitted: Awaited<ReturnType<typeof submitJob>>) => {
  if (!submitted.ok) throw new Error('The job was refused.');
  return submitted.view;
};

test('an idempotency key expires at the same age and is free again', async () => {
  const submission = { name: 'Keyed', priority: 50, nexrenderJob: NEXRENDER_JOB };
  const first = await submitJob(farm.context, { ...submission, idempotencyKey: 'key' });
  await pruneOldChanges(farm, { olderThanMs: DAY_MS });
  const again = await submitJob(farm.context, { ...submission, idempotencyKey: 'key' });
  // Only a read of the job says when it starts.
  const { estimate: _, ...view } = viewOf(first);
  expect(again).toMatchObject({ ok: true, view });
  await farm.sql`UPDATE submissions SET created_at = created_at - interval '2 days'`;
  await pruneOldChanges(farm, { olderThanMs: DAY_MS });
  expect(
    await submitJob(farm.context, { ...submission, priority: 60, idempotencyKey: 'key' }),
  ).toMatchObject({
    ok: true,
  });
});

test('a server prunes changes older than keepChangesMs by itself', async () => {
  await farm.submit('Goes with the start of a server');
  await age();
  // It prunes when it starts. A transaction of another database may hold that up for a moment.
  const startAndPrune = async () => {
    const pruning = await farm.serve({ keepChangesMs: DAY_MS });
    const isPruned = async () => (await countChanges()) === 0;
    const pruned = await waitFor(isPruned, { withinMs: 5000 }).catch(() => false);
    await pruning.close();
    return pruned;
  };
  expect(await waitFor(startAndPrune, { withinMs: 100_000 })).toBe(true);
}, 120_000);

test('a server deletes the secrets of ended jobs by itself, and the job says so', async () => {
  const { job } = await farm.submit('Secret', 50, {
    template: { src: 'https://planted-token@host/a.aep', composition: 'main' },
  });
  await cancelJob(farm.context, { id: job.id, reason: null });
  await farm.sql`update jobs set ended_at = ended_at - interval '2 days' where id = ${job.id}`;
  const secrets = async () =>
    (await farm.sql`select 1 from job_secrets where job_id = ${job.id}`).length;
  const keeping = await farm.serve({ keepSecretsMs: 3 * DAY_MS });
  expect(await secrets()).toBe(1);
  await keeping.close();
  const deleting = await farm.serve({ keepSecretsMs: DAY_MS });
  await expect.poll(secrets, { timeout: 60_000 }).toBe(0);
  expect(await deleting.trpc('vera').getJob.query({ id: job.id })).toMatchObject({
    secretsDeletedAt: expect.stringMatching(/^20/),
    nexrenderJob: { template: { src: 'https://•••@host/a.aep' } },
  });
  await deleting.close();
});
