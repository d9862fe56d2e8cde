import { expect, it } from 'vitest';
import { checkHost, findCheckAsked, recordHostCheck, renewLeases } from '../../src/index.ts';
import { aFarm, BEAT, expectAudit, expectDone, hostOf, silence } from '../../testing/index.ts';

const farm = aFarm();
const ITEMS = [{ name: 'disk', ok: true, sentence: '12 GB are free.' }] as const;

it('a host is asked by notification and by its heartbeat, and its answer is saved', async () => {
  const worker = await farm.worker('check-01');
  const seen = await farm.trace(() => checkHost(farm.admin, { name: 'check-01' }));
  expectAudit(seen, {
    action: 'checkHost',
    outcome: 'done',
    before: { host: 'check-01', problem: null },
    after: { host: 'check-01', problem: null },
  });
  expect(seen.changes).toEqual([]);
  const channel = `worker_${worker.workerId.replaceAll('-', '')}`;
  expect(seen.notifications).toEqual([`${channel} check`]);
  const { askedAt } = expectDone(seen.result);
  expect(await findCheckAsked(farm.db, worker.workerId)).toEqual(askedAt);
  expect(await renewLeases(worker, BEAT)).toMatchObject({ isCheckAsked: true });
  expect(await hostOf(farm, 'check-01')).toMatchObject({ checkAskedBy: 'ada', checkedAt: null });

  await recordHostCheck(worker, { items: ITEMS, ranMs: 5, askedAt });
  expect(await renewLeases(worker, BEAT)).toMatchObject({ isCheckAsked: false });
  expect(await hostOf(farm, 'check-01')).toMatchObject({
    checkAskedAt: null,
    checkAskedBy: null,
    checkedAt: expect.any(Date),
    checks: ITEMS,
  });
});

it('a check that was already running does not answer a later request', async () => {
  const worker = await farm.worker('check-02');
  const first = expectDone(await checkHost(farm.admin, { name: 'check-02' }));
  const second = expectDone(await checkHost(farm.admin, { name: 'check-02' }));
  expect(second.askedAt.getTime()).toBeGreaterThanOrEqual(first.askedAt.getTime());
  await farm.sql`update render_hosts set check_asked_at = check_asked_at + interval '1 s'
    where name = 'check-02'`;
  await recordHostCheck(worker, { items: ITEMS, ranMs: 5, askedAt: second.askedAt });
  expect(await findCheckAsked(farm.db, worker.workerId)).not.toBeNull();
});

it('a check that the host makes by itself answers no request', async () => {
  const worker = await farm.worker('check-03');
  await checkHost(farm.admin, { name: 'check-03' });
  await recordHostCheck(worker, { items: ITEMS, ranMs: 5, askedAt: null });
  expect(await hostOf(farm, 'check-03')).toMatchObject({ checkAskedBy: 'ada', checks: ITEMS });
});

it('a check of an earlier daemon of the host is not saved', async () => {
  const earlier = await farm.worker('check-04');
  await farm.worker('check-04');
  await recordHostCheck(earlier, { items: ITEMS, ranMs: 5, askedAt: null });
  expect(await hostOf(farm, 'check-04')).toMatchObject({ checkedAt: null, checks: null });
});

it('a host that is not heard or not known cannot be asked', async () => {
  await farm.worker('check-05');
  await silence(farm, 'check-05');
  expect(await checkHost(farm.admin, { name: 'check-05' })).toMatchObject({
    ok: false,
    rejection: { code: 'hostNotHeard', name: 'check-05', lastHeardAt: expect.any(Date) },
  });
  expect(await checkHost(farm.admin, { name: 'nowhere' })).toEqual({
    ok: false,
    rejection: { code: 'unknownHost', name: 'nowhere' },
  });
  expect(await hostOf(farm, 'check-05')).toMatchObject({ checkAskedAt: null });
});
