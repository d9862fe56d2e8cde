/*
 * A cancel waits for a job change and holds no transaction. It answers with the acknowledgement,
 * or with `cancelling` when its time is over.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { apiOfFile, farmOfFile } from '../../testing/open-farm.ts';

const farm = farmOfFile();
const api = apiOfFile(farm);
const other = apiOfFile(farm);
const held: string[] = [];
afterEach(async () => {
  for (const id of held.splice(0)) await farm.worker.acknowledge(id);
});

async function running(): Promise<string> {
  const { job } = await farm.submit('Runs', 100);
  await farm.worker.claim();
  return job.id;
}
const statusIs = (id: string, status: string) =>
  expect
    .poll(async () => (await farm.sql`SELECT status FROM jobs WHERE id = ${id}`)[0]?.status, {
      timeout: 60_000,
    })
    .toBe(status);

test('the acknowledgement answers every waiting cancel on every server', async () => {
  const id = await running();
  const pending = [
    api.send('ada', 'DELETE', `/api/jobs/${id}?waitMs=30000`, { reason: 'first' }),
    api.trpc('ada').cancelJob.mutate({ id, waitMs: 30_000 }),
    other.trpc('ada').cancelJob.mutate({ id, waitMs: 30_000 }),
  ] as const;
  await statusIs(id, 'CANCELLING');
  await expect
    .poll(
      async () =>
        (
          await farm.sql`
            SELECT count(*)::int AS n FROM audit_log
            WHERE job_id = ${id} AND action = 'cancelJob'`
        )[0]?.n,
    )
    .toBe(3);
  await farm.worker.acknowledge(id);
  const [rest, trpc, elsewhere] = await Promise.all(pending);
  expect(rest).toMatchObject({
    status: 200,
    body: { receipt: { outcome: 'cancelled', proof: 'kernel' } },
  });
  expect(rest.body).toMatchObject({ receipt: trpc.receipt });
  expect(elsewhere.receipt).toEqual(trpc.receipt);
});

test('a change from before the cancel does not end the wait', async () => {
  const id = await running();
  await farm.worker.passGate(id);
  const pending = api.trpc('ada').cancelJob.mutate({ id, waitMs: 30_000 });
  await statusIs(id, 'CANCELLING');
  await farm.worker.acknowledge(id);
  expect((await pending).receipt).toMatchObject({ outcome: 'cancelled', output: 'maybe' });
});

test('the answer is cancelling when waitMs is over; 0 does not wait', async () => {
  const id = await running();
  held.push(id);
  const startedAt = performance.now();
  expect(await api.send('ada', 'DELETE', `/api/jobs/${id}?waitMs=300`)).toMatchObject({
    status: 202,
    body: { receipt: { outcome: 'cancelling', host: 'render-01', proof: null, confirmedAt: null } },
  });
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300);
  expect(await api.trpc('ada').cancelJob.mutate({ id, waitMs: 0 })).toMatchObject({
    job: { status: 'CANCELLING' },
    receipt: { outcome: 'cancelling' },
  });
});

test('a client that goes away holds no connection, its wait ends, the stop goes on', async () => {
  const id = await running();
  const signals: (AbortSignal | undefined)[] = [];
  const { contextOf } = api.server;
  const spy = vi.spyOn(api.server, 'contextOf').mockImplementation((...request) => {
    const context = contextOf(...request);
    const { port } = context;
    const cancelJob: typeof port.cancelJob = (of, input) => {
      signals.push(input.signal);
      return port.cancelJob(of, input);
    };
    return { ...context, port: { ...port, cancelJob } };
  });
  const gone = new AbortController();
  const pending = api.trpc('ada').cancelJob.mutate({ id, waitMs: 60_000 }, { signal: gone.signal });
  await statusIs(id, 'CANCELLING');
  // Work in the background may be in one for a moment.
  await expect
    .poll(
      () => farm.sql`
        SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE application_name LIKE 'test api%' AND state LIKE '%in transaction%'`,
    )
    .toMatchObject([{ n: 0 }]);
  gone.abort();
  await expect(pending).rejects.toThrow();
  await expect.poll(() => signals.map((signal) => signal?.aborted)).toEqual([true]);
  spy.mockRestore();
  await farm.worker.acknowledge(id);
  await statusIs(id, 'CANCELLED');
});

test.each([
  [
    'the stop request',
    (id: string) => farm.sql`
    UPDATE jobs SET status = 'RENDERING', stop_requested_at = NULL, stop_requested_by = NULL,
      stop_channel = NULL, stop_reason = NULL WHERE id = ${id}`,
  ],
  ['the job', (id: string) => farm.sql`DELETE FROM jobs WHERE id = ${id}`],
] as const)(
  'a cancel whose failover lost %s says that its outcome is unknown',
  async (_what, lose) => {
    const id = await running();
    const pending = api.send('ada', 'DELETE', `/api/jobs/${id}?waitMs=2000`);
    await statusIs(id, 'CANCELLING');
    await lose(id);
    expect(await pending).toMatchObject({
      status: 503,
      body: { code: 'outcome_unknown', detail: expect.stringContaining('has lost it; look at') },
    });
  },
);
