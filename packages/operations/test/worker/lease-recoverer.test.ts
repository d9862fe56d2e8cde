/*
 * Recovery uses the recoverer's own steady clock. The test sets that clock by hand. The database's
 * clock and the stored times have no influence.
 */
import type { Database } from '@renderdeck/store';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { createLeaseRecoverer, findJobView, renewLeases } from '../../src/index.ts';
import { aFarm, aRunningJob, HEALTHY } from '../../testing/index.ts';

const farm = aFarm();
const worker = farm.workerOfFile();
const EVERY_MS = 2000;
const LEASE_MS = 6000;
let now = 0;
const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
afterAll(() => clock.mockRestore());

let id = '';
let attemptId = '';
let isAway = false;
const db: Database = new Proxy(farm.db, {
  get(target, key) {
    if (isAway) throw new Error('the database is away');
    return Reflect.get(target, key);
  },
});
let recoverer = createLeaseRecoverer({ db }, { actor: 'recovery', everyMs: EVERY_MS });
beforeEach(async () => {
  isAway = false;
  ({ id, attemptId } = await aRunningJob(farm, { worker, leaseMs: LEASE_MS }));
  recoverer = createLeaseRecoverer({ db }, { actor: 'recovery', everyMs: EVERY_MS });
  await look(0);
  return () => farm.sql`update jobs set lease_expires_at = null where lease_expires_at is not null`;
});

/** Looks after this time. Gives the jobs that were recovered. */
async function look(afterMs = EVERY_MS): Promise<readonly string[]> {
  now += afterMs;
  return (await recoverer.look()).ids;
}
const renew = () =>
  renewLeases(worker, { attemptIds: [attemptId], leaseMs: LEASE_MS, state: HEALTHY });

it('a lease that nobody renews runs out after a whole lease, not before', async () => {
  expect([await look(), await look(), await look()]).toEqual([[], [], []]);
  expect(await look()).toEqual([id]);
});

it('a jump of the database clock ends no lease, and stops no recovery', async () => {
  await farm.sql`update jobs set lease_expires_at = clock_timestamp() - interval '45 s'`;
  expect([await look(), await look(), await look()]).toEqual([[], [], []]);
  await farm.sql`
    update jobs set lease_expires_at = clock_timestamp() + interval '1 hour' where id = ${id}`;
  expect(await look()).toEqual([id]);
});

it('a renewal gives a whole lease', async () => {
  await look();
  await look();
  await renew();
  expect([await look(), await look(), await look(), await look()]).toEqual([[], [], [], []]);
  expect(await look()).toEqual([id]);
});

it('an outage ends no lease, and gives each holder a whole lease afterwards', async () => {
  await look();
  isAway = true;
  for (let turn = 0; turn < 20; turn += 1)
    await expect(look()).rejects.toThrow('the database is away');
  isAway = false;
  expect([await look(), await look(), await look(), await look()]).toEqual([[], [], [], []]);
  expect(await look()).toEqual([id]);
});

it('a recoverer that stood still for an hour recovers no job when it goes on', async () => {
  await look();
  expect(await look(3_600_000)).toEqual([]);
  expect((await findJobView(farm.db, id))?.job.status).toBe('RENDERING');
});

it('a look that the database answered late does not count', async () => {
  await look();
  const slow: Database = new Proxy(farm.db, {
    get(target, key) {
      if (key === 'execute') now += 10 * EVERY_MS;
      return Reflect.get(target, key);
    },
  });
  recoverer = createLeaseRecoverer({ db: slow }, { actor: 'recovery', everyMs: EVERY_MS });
  for (let turn = 0; turn < 5; turn += 1) expect(await look()).toEqual([]);
});
