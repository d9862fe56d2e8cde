/*
 * A worker freezes in the middle of a write, as a stopped process or a suspended machine does. Its
 * session in the database stays open. Nobody waits for it.
 */
import { connect } from '@renderdeck/store/connect';
import { waitFor } from '@renderdeck/testing';
import { expect, it } from 'vitest';
import { findJobView, passPublishGate } from '../../src/index.ts';
import { aFarm, aRunningJob, attemptOf, cancel, recoverExpired } from '../../testing/index.ts';
import { freezeWrites } from './freeze-writes.ts';

const farm = aFarm();

/** A worker that froze while it wrote its job. `thaw` ends its session. */
async function aFrozenWorker(at: 'described' | 'executed') {
  const running = await aRunningJob(farm, { leaseMs: 0 });
  const line = await freezeWrites(farm.databaseUrl, 'update jobs set', at);
  const store = connect(line.url, { name: 'frozen worker', poolSize: 1 });
  const write = passPublishGate({ ...running.worker, db: store.db }, attemptOf(running));
  write.catch(() => undefined);
  await line.frozen;
  await waitFor(async () => (await sessions()).some((one) => one.wait_event === 'ClientRead'), {
    what: 'the session to wait for its client',
  });
  return {
    running,
    async thaw() {
      await line.close();
      await store.close();
      await waitFor(async () => (await sessions()).length === 0, {
        what: 'the frozen session to end',
      });
    },
  };
}
const sessions = () =>
  farm.sql`
    select state, wait_event from pg_stat_activity
    where application_name like 'frozen worker%'`;

it.each(['described', 'executed'] as const)(
  'a cancel is answered although the worker froze when its write was %s',
  async (at) => {
    const { running, thaw } = await aFrozenWorker(at);
    expect(await cancel(farm, running.id)).toMatchObject({
      view: { job: { status: 'CANCELLING' } },
    });
    await thaw();
  },
);

it.each(['described', 'executed'] as const)(
  'a job is recovered although its worker froze when its write was %s',
  async (at) => {
    const { running, thaw } = await aFrozenWorker(at);
    expect((await recoverExpired(farm)).ids).toContain(running.id);
    expect((await findJobView(farm.db, running.id))?.job.status).toBe('QUEUED');
    await thaw();
  },
);
