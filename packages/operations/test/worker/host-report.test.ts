import { expect, it } from 'vitest';
import { listHostViews, recordHostReport, registerHost } from '../../src/index.ts';
import { aFarm, anIdentity, aWorker, HOST_FACTS } from '../../testing/index.ts';

const farm = aFarm();
const report = (name: string) => ({
  at: '2026-03-01T12:00:00.000Z',
  findings: [{ name, state: 'todo' as const, sentence: 'Do it.' }],
});
const hostOf = async (name: string) =>
  (await listHostViews(farm.db)).find((host) => host.name === name);
const register = (name: string, more: object = {}, hostId?: string) => {
  const worker = aWorker(farm.db, name);
  const identity = hostId === undefined ? worker.identity : anIdentity(name, { hostId });
  const facts = { ...HOST_FACTS, ...more };
  const isRunning = async () => false;
  return registerHost({ ...worker, identity }, { facts, uptimeMs: 0, isRunning });
};

it('a command saves what it found, each kind separately, and notifies nobody', async () => {
  const worker = await farm.worker('report-01');
  const { hostId } = worker.identity;
  const seen = await farm.trace(() =>
    recordHostReport(worker, { hostId, kind: 'preparation', report: report('session') }),
  );
  expect(seen.notifications).toEqual([]);
  await recordHostReport(worker, { hostId, kind: 'killTest', report: report('daemon') });
  expect(await hostOf('report-01')).toMatchObject({
    preparation: report('session'),
    killTest: report('daemon'),
  });
});

it('a report is saved for no other host and for no unknown name', async () => {
  const worker = await farm.worker('report-02');
  const input = { kind: 'preparation', report: report('session') } as const;
  const other = { ...input, hostId: anIdentity('another').hostId };
  expect(await recordHostReport(worker, other)).toEqual({ saved: false });
  const unknown = { ...worker, host: 'report-03' };
  const own = { ...input, hostId: worker.identity.hostId };
  expect(await recordHostReport(unknown, own)).toEqual({ saved: false });
  expect(await hostOf('report-02')).toMatchObject({ preparation: null });
});

it('a daemon sends earlier reports, and keeps those that are stored', async () => {
  await register('report-04', { preparation: report('session') });
  expect(await hostOf('report-04')).toMatchObject({ preparation: report('session') });
  await register('report-04', { preparation: null, killTest: report('daemon') });
  expect(await hostOf('report-04')).toMatchObject({
    preparation: report('session'),
    killTest: report('daemon'),
  });
  await register('report-04', { preparation: report('disk') });
  expect(await hostOf('report-04')).toMatchObject({
    preparation: report('disk'),
    killTest: report('daemon'),
  });
});

it('another host that takes the name does not get the reports of the first host', async () => {
  await register('report-05', { preparation: report('session'), killTest: report('daemon') });
  await farm.sql`update render_hosts set released_at = now(), released_by = 'ada',
    stopped_at = now() where name = 'report-05'`;
  expect(await register('report-05', {}, anIdentity('another').hostId)).toMatchObject({ ok: true });
  expect(await hostOf('report-05')).toMatchObject({ preparation: null, killTest: null });
});
