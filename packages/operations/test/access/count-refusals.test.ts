import { randomUUID } from 'node:crypto';
import { waitFor } from '@renderdeck/testing';
import { expectAudit } from '@renderdeck/testing/expect-audit';
import { aFarm, anAsker } from '@renderdeck/testing/fixtures';
import { expect, it } from 'vitest';
import { countRefusals } from '../../src/index.ts';

const farm = await aFarm();
const fail = (error: unknown) => {
  throw error;
};
const stranger = (address: string | null) => {
  const context = anAsker(farm.db);
  return { ...context, asker: { ...context.asker, actor: { kind: 'stranger', name: 'unknown' }, address } } as const;
};
const STRANGER = { actorKind: 'stranger', actor: 'unknown', outcome: 'refused' } as const;

it('a refusal leaves one line that says who was refused what and why, and nothing else happens', async () => {
  const jobId = randomUUID();
  const seen = await farm.trace(() => countRefusals(fail).record(anAsker(farm.db, 'uma', 'viewer'), 'cancelJob', 'forbidden', jobId));
  expectAudit(seen, { action: 'cancelJob', outcome: 'refused', actor: 'uma', code: 'forbidden', jobId });
  expect([seen.changes, seen.wakes]).toEqual([[], []]);
});

it('of a stranger’s address the first refusal of a minute is written at once, the others as one count, by act; another address has its own', async () => {
  const refusals = countRefusals(fail);
  const seen = await farm.trace(async () => {
    for (let count = 0; count < 300; count += 1) await refusals.record(stranger('192.0.2.1'), 'cancelJob', 'unauthenticated', randomUUID());
    for (let count = 0; count < 20; count += 1) await refusals.record(stranger('192.0.2.1'), 'listJobs', 'unauthenticated', null);
    await refusals.record(stranger('198.51.100.9'), 'submitJob', 'unauthenticated', null);
  });
  expect(seen.audit.map(({ address, action }) => [address, action])).toEqual([
    ['192.0.2.1', 'cancelJob'],
    ['198.51.100.9', 'submitJob'],
  ]);
  const count = await farm.trace(() => refusals.flush());
  expect(count.audit).toMatchObject([
    { ...STRANGER, action: 'countRefusals', address: '192.0.2.1', requestId: null, after: { cancelJob: 299, listJobs: 20 } },
  ]);
  expect((await farm.trace(() => refusals.flush())).audit).toEqual([]);
});

it('when the minute is over the count is written and the next refusal is the first of a new one', async () => {
  const refusals = countRefusals(fail, 50);
  const lines = async () =>
    (await farm.look`select action, after from audit_log where address = '192.0.2.77' order by id`).map(({ action, after }) => [
      action,
      after,
    ]);
  for (let count = 0; count < 3; count += 1) await refusals.record(stranger('192.0.2.77'), 'login', 'too_many_requests', null);
  await waitFor(async () => (await lines()).length === 2, { what: 'the count' });
  await refusals.record(stranger('192.0.2.77'), 'login', 'too_many_requests', null);
  expect(await lines()).toEqual([
    ['login', null],
    ['countRefusals', { login: 2 }],
    ['login', null],
  ]);
  await refusals.flush();
});

it('of somebody who is known, sixty refusals a minute have lines of their own, since each names a job; then they are counted too', async () => {
  const refusals = countRefusals(fail);
  const uma = anAsker(farm.db, 'uma', 'viewer');
  const seen = await farm.trace(async () => {
    for (let count = 0; count < 75; count += 1) await refusals.record(uma, 'cancelJob', 'forbidden', randomUUID());
    await refusals.flush();
  });
  expect(seen.audit).toHaveLength(61);
  expect(seen.audit.at(-1)).toMatchObject({ actor: 'uma', action: 'countRefusals', jobId: null, after: { cancelJob: 15 } });
});

it('from however many addresses they come, a thousand and one are told apart', async () => {
  const refusals = countRefusals(fail);
  const seen = await farm.trace(async () => {
    for (let index = 0; index < 1200; index += 1)
      await refusals.record(stranger(`2001:db8:${index.toString(16)}::1`), 'cancelJob', 'unauthenticated', null);
    await refusals.flush();
  });
  expect(seen.audit).toHaveLength(1002);
  expect(seen.audit.at(-1)).toMatchObject({ action: 'countRefusals', address: null, after: { cancelJob: 199 } });
});

it('a count that cannot be written is told, and nothing else is lost by it', async () => {
  const told: unknown[] = [];
  const refusals = countRefusals((error) => told.push(error));
  const broken = { ...stranger('192.0.2.3'), db: { ...farm.db, insert: farm.db.insert } };
  await refusals.record(broken, 'login', 'too_many_requests', null);
  broken.db.insert = () => fail(new Error('away'));
  await refusals.record(broken, 'login', 'too_many_requests', null);
  await refusals.flush();
  expect(told).toEqual([new Error('away')]);
});
