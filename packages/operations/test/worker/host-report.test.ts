/* What a host writes of itself into its row: what its commands found, and its renderer. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { recordHostReport, recordRenderer } from '../../src/index.ts';
import { aFarm, anIdentity, aWorker, hostOf, signOn } from '../../testing/index.ts';

const farm = aFarm();
const report = (name: string) => ({
  at: '2026-03-01T12:00:00.000Z',
  findings: [{ name, state: 'todo' as const, sentence: 'Do it.' }],
});
const FOUND = { renderer: 'aerender at /ae/aerender', standIn: false };
const register = (name: string, more: object = {}, identity = anIdentity(name)) =>
  signOn({ ...aWorker(farm.db, name), identity }, more);

it('a command saves what it found, each kind separately, and notifies nobody', async () => {
  const worker = await farm.worker('report-01');
  const { hostId } = worker.identity;
  const seen = await farm.trace(() =>
    recordHostReport(worker, { hostId, kind: 'preparation', report: report('session') }),
  );
  expect(seen.notifications).toEqual([]);
  await recordHostReport(worker, { hostId, kind: 'killTest', report: report('daemon') });
  expect(await hostOf(farm, 'report-01')).toMatchObject({
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
  expect(await hostOf(farm, 'report-02')).toMatchObject({ preparation: null });
});

it('a daemon sends earlier reports, and keeps those that are stored', async () => {
  await register('report-04', { preparation: report('session') });
  expect(await hostOf(farm, 'report-04')).toMatchObject({ preparation: report('session') });
  await register('report-04', { preparation: null, killTest: report('daemon') });
  expect(await hostOf(farm, 'report-04')).toMatchObject({
    preparation: report('session'),
    killTest: report('daemon'),
  });
  await register('report-04', { preparation: report('disk') });
  expect(await hostOf(farm, 'report-04')).toMatchObject({
    preparation: report('disk'),
    killTest: report('daemon'),
  });
});

it('another host that takes the name does not get the reports of the first host', async () => {
  await register('report-05', { preparation: report('session'), killTest: report('daemon') });
  await farm.sql`update render_hosts set released_at = now(), released_by = 'ada',
    stopped_at = now() where name = 'report-05'`;
  expect(await register('report-05', {}, anIdentity('another'))).toMatchObject({ ok: true });
  expect(await hostOf(farm, 'report-05')).toMatchObject({ preparation: null, killTest: null });
});

it('a running daemon saves the renderer of its host, and changes nothing else', async () => {
  const worker = await farm.worker('found-01');
  const before = await hostOf(farm, 'found-01');
  const seen = await farm.trace(() => recordRenderer(worker, FOUND));
  expect(seen).toMatchObject({ result: { saved: true }, notifications: [] });
  expect(await hostOf(farm, 'found-01')).toEqual({ ...before, ...FOUND });
});

it('a daemon that lost its row, or with the login of another host, changes no row', async () => {
  const [own, other] = [await farm.hostWithLogin('found-03'), await farm.hostWithLogin('found-04')];
  const before = await hostOf(farm, 'found-04');
  expect(await recordRenderer(own.worker, FOUND)).toEqual({ saved: true });
  expect(await hostOf(farm, 'found-03')).toMatchObject(FOUND);
  for (const daemon of [
    { ...own.worker, workerId: other.worker.workerId },
    { ...other.worker, workerId: randomUUID() },
  ])
    expect(await recordRenderer(daemon, FOUND)).toEqual({ saved: false });
  expect((await hostOf(farm, 'found-04'))?.renderer).toBe(before?.renderer);
});
