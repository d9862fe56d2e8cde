import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { listHostViews, recordRenderer } from '../../src/index.ts';
import { aFarm } from '../../testing/index.ts';

const farm = aFarm();
const FOUND = { renderer: 'aerender at /ae/aerender', standIn: false };
const hostOf = async (name: string) =>
  (await listHostViews(farm.db)).find((host) => host.name === name);

it('a running daemon saves the renderer of its host, and changes nothing else', async () => {
  const worker = await farm.worker('found-01');
  const before = await hostOf('found-01');
  const seen = await farm.trace(() => recordRenderer(worker, FOUND));
  expect(seen).toMatchObject({ result: { saved: true }, notifications: [] });
  expect(await hostOf('found-01')).toEqual({ ...before, ...FOUND });
});

it('a daemon that lost its row changes no other row', async () => {
  const worker = await farm.worker('found-02');
  const before = await hostOf('found-02');
  const lost = { ...worker, workerId: randomUUID() };
  expect(await recordRenderer(lost, FOUND)).toEqual({ saved: false });
  expect((await hostOf('found-02'))?.renderer).toBe(before?.renderer);
});

it('a daemon with a login of its host changes only its own row', async () => {
  const [own, other] = [await farm.hostWithLogin('found-03'), await farm.hostWithLogin('found-04')];
  const before = await hostOf('found-04');
  expect(await recordRenderer(own.worker, FOUND)).toEqual({ saved: true });
  expect(await hostOf('found-03')).toMatchObject(FOUND);
  const as = { ...own.worker, workerId: other.worker.workerId };
  expect(await recordRenderer(as, FOUND)).toEqual({ saved: false });
  expect((await hostOf('found-04'))?.renderer).toBe(before?.renderer);
});
