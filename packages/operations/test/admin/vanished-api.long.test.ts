/*
 * An API vanishes inside a transaction that holds a job: its machine loses power, or the process is
 * stopped. PostgreSQL is not told, so the bounds that PostgreSQL enforces end the transaction.
 */
import { connect } from '@renderdeck/store/connect';
import { waitFor } from '@renderdeck/testing';
import { expect, it, onTestFinished } from 'vitest';
import {
  cancelJob,
  claimJob,
  createLeaseRecoverer,
  findJobView,
  renewLeases,
  sealAudit,
  setPriority,
} from '../../src/index.ts';
import { aFarm, aQueuedJob, aRequestContext, aRunningJob, HEALTHY } from '../../testing/index.ts';
import { type FreezeAt, freezeWrites } from '../worker/freeze-writes.ts';

const farm = aFarm();
/** Longer than the bounds of this test and the time that a busy machine needs after them. */
const LEASE_MS = 25_000;
const BOUNDS = { mostIdleMs: 500, mostWaitMs: 500 } as const;
/** The bound for a transaction that may wait for locks as long as it needs. */
const MOST_WHOLE_MS = 1000;

/** An API that vanishes at its first statement with this text, and keeps its locks. */
async function aVanishingApi(text: string, at: FreezeAt) {
  const line = await freezeWrites(farm.databaseUrl, text, at);
  const { mostIdleMs } = BOUNDS;
  const bounds = { mostIdleMs, mostWholeMs: MOST_WHOLE_MS };
  const store = connect(line.url, { name: 'vanished api', poolSize: 1, ...bounds });
  onTestFinished(async () => {
    await line.close();
    await store.close();
  });
  return { context: aRequestContext(store.db), vanished: line.frozen };
}
const vanishIn = async (api: { vanished: Promise<void> }, act: Promise<unknown>) => {
  act.catch(() => undefined);
  await api.vanished;
};

it.each([
  ['after it locked the job', 'for update', 'executed'],
  ['before it sent the values of its save', 'update jobs set', 'described'],
] as const)(
  'a host keeps its jobs although an API vanished %s',
  async (_when, text, at) => {
    const worker = await farm.worker('render-07', LEASE_MS);
    const held = await aRunningJob(farm, { worker, leaseMs: LEASE_MS });
    const other = await aRunningJob(farm, { worker, leaseMs: LEASE_MS });
    const api = await aVanishingApi(text, at);
    const input = { id: held.id, reason: null };
    await vanishIn(api, cancelJob(api.context, input, BOUNDS.mostWaitMs));

    const attemptIds = [held.attemptId, other.attemptId];
    let renewal: object | null = null;
    const renewing = renewLeases(worker, { attemptIds, leaseMs: LEASE_MS, state: HEALTHY });
    void renewing.then((done) => {
      renewal = done;
    });
    const everyMs = 100;
    const recoverer = createLeaseRecoverer({ db: farm.db }, { actor: 'recovery', everyMs });
    const taken = new Set<string>();
    const look = async () => {
      for (const id of (await recoverer.look()).ids) taken.add(id);
      return renewal ?? taken.size > 0;
    };
    await waitFor(look, { everyMs, what: 'the renewal, or a job that is taken back' });
    expect([...taken]).toEqual([]);
    expect(renewal).toMatchObject({ ok: true, stopRequested: [], lost: [], ownsHost: true });
    for (const { id } of [held, other])
      expect((await findJobView(farm.db, id))?.job.status).toBe('RENDERING');
    await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
  },
  60_000,
);

it('a queued job is claimed again although an API that held it vanished', async () => {
  const { job } = await aQueuedJob(farm);
  const worker = await farm.worker();
  const api = await aVanishingApi('for update', 'executed');
  const change = { id: job.id, priority: 70, expectedVersion: null };
  await vanishIn(api, setPriority(api.context, change, BOUNDS.mostWaitMs));
  const claimed = await waitFor(async () => {
    const claim = await claimJob(worker, { leaseMs: 60_000 });
    return claim.ok && claim.job;
  });
  expect(claimed).toMatchObject({ jobId: job.id });
  expect((await findJobView(farm.db, job.id))?.job.priority).toBe(job.priority);
  await farm.sql`truncate jobs, job_changes, queue_counts, queue_folds cascade`;
});

it('the audit log is sealed although an API vanished while it sealed', async () => {
  await aQueuedJob(farm);
  const api = await aVanishingApi('insert into "audit_seals"', 'described');
  await vanishIn(api, sealAudit({ db: api.context.db }));
  await waitFor(async () => (await sealAudit(farm)).sealed > 0, { what: 'the lines to be sealed' });
});
