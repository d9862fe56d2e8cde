import { screen, within } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

const HOUR = 3_600_000;
const thisHour = () => new Date(Math.floor(Date.now() / HOUR) * HOUR);
// An hour that ends in the middle of a test would divide its measures.
beforeEach(() => void vi.setSystemTime(new Date()));

const section = async (name: string) => within(await screen.findByRole('region', { name }));

/** A farm that has rendered, stopped and waited enough. */
function aBusyFarm() {
  const { fake } = aFakeFarm();
  const row = { hour: thisHour(), part: '', atMostMs: 0, count: 1, sumMs: 0 };
  fake.farm.measured.push(
    { ...row, name: 'waiting', atMostMs: 40_000, count: 60 },
    { ...row, name: 'waiting', atMostMs: 360_000, count: 60 },
    { ...row, name: 'ended', part: 'completed', count: 18 },
    { ...row, name: 'ended', part: 'failed', count: 1 },
    { ...row, name: 'ended', part: 'hostFailed', count: 1 },
    { ...row, name: 'asked', count: 20 },
    { ...row, name: 'proven', atMostMs: 9000, count: 19 },
    { ...row, name: 'watched', hour: new Date(thisHour().getTime() - HOUR), sumMs: HOUR },
    {
      ...row,
      ...{ name: 'on', part: 'render-02', sumMs: HOUR },
      hour: new Date(thisHour().getTime() - HOUR),
    },
    {
      ...row,
      ...{ name: 'busy', part: 'render-02', sumMs: HOUR / 2 },
      hour: new Date(thisHour().getTime() - HOUR),
    },
  );
  for (const back of [10, 5])
    fake.farm.sampled.push({
      at: new Date(Date.now() - back * 60_000),
      waiting: 7,
      oldestMs: 90_000,
    });
  return fake;
}

it('each measure is a sentence, a chart that keys read, and a table of its numbers', async () => {
  const { person } = renderApp({ farm: aBusyFarm(), path: '/measures' });
  const ended = await section('Ends by hour');
  ended.getByText('20 renders ended: 18 finished, 1 failed, 1 given back.');
  const chart = ended.getByRole('slider', { name: 'Ends by hour' });
  expect(chart.getAttribute('aria-valuetext')).toMatch(/: 18 finished, 1 failed, 1 given back$/);
  chart.focus();
  await person.keyboard('{End}{ArrowLeft}');
  expect(chart.getAttribute('aria-valuetext')).toMatch(/: nothing ended$/);
  await person.click(ended.getByRole('button', { name: 'Table: Ends by hour' }));
  expect(ended.getAllByRole('row')).toHaveLength(25);

  const waiting = await section('Waiting time');
  waiting.getByText(/^Half of 12\d jobs waited at most 40[.]0 s, 95 % at most 6 min 00 s/);
  const stops = await section('Stop, from ask to proof');
  stops.getByText(
    '19 of 20 stops proven: half within 9.0 s, 95 % within 9.0 s. 1 stop not proven.',
  );
  const queue = await section('Queue');
  expect(queue.getByRole('slider').getAttribute('aria-valuemax')).toBe('287');
  const use = await section('Host use');
  const heat = use.getByRole('slider', { name: 'Host use' });
  heat.focus();
  await person.keyboard('{ArrowDown}{ArrowLeft}');
  expect(heat.getAttribute('aria-valuetext')).toMatch(/^render-02, .*: 50 %, on for 1 h 00 min$/);
  await person.keyboard('{ArrowUp}');
  expect(heat.getAttribute('aria-valuetext')).toMatch(/^render-01, .*: off$/);
});

it('the tiles and the reasons say what failed, with links to the jobs', async () => {
  const { fake, running } = aFakeFarm({ waiting: [] });
  fake.farm.fail(running, 'Footage missing: /mnt/a.mov');
  renderApp({ farm: fake, path: '/measures' });
  const reasons = await section('Why renders failed');
  const link = reasons.getByRole('link', { name: 'Footage missing: …' });
  expect(link.getAttribute('href')).toBe(
    `/queue?${new URLSearchParams({ show: 'ended', reason: 'Footage missing: …' }).toString()}`,
  );
  reasons.getByText('Each reason failed one job.');
  const valueAt = (note: string) => screen.getByText(note).previousSibling?.textContent;
  expect(valueAt('1 of 1 ends; 7 days 100 %')).toBe('100 %');
  expect(valueAt('no job waits')).toBe('now');
});

it('the range is in the address, and another one has other steps', async () => {
  const { person } = renderApp({ farm: aBusyFarm(), path: '/measures?range=7d' });
  const ranges = within(await screen.findByRole('navigation', { name: 'Range' }));
  expect(ranges.getByRole('link', { name: '7 days' }).getAttribute('aria-current')).toBe('page');
  const ended = await section('Ends by day');
  await person.click(ended.getByRole('button', { name: 'Table: Ends by day' }));
  expect(ended.getAllByRole('row')).toHaveLength(8);
  await person.click(ranges.getByRole('link', { name: '30 days' }));
  expect(window.location.search).toBe('?range=30d');
  expect((await (await section('Ends by day')).findAllByRole('row')).length).toBe(31);
});

it('an empty panel is one line, and a stop without a proof is still named', async () => {
  const { fake } = aFakeFarm();
  const row = { hour: thisHour(), part: '', atMostMs: 0, count: 1, sumMs: 0 };
  fake.farm.measured.push({ ...row, name: 'asked' });
  renderApp({ farm: fake, path: '/measures' });
  (await section('Ends by hour')).getByText('No render ended.');
  const stops = await section('Stop, from ask to proof');
  stops.getByText('Needs 10 proven stops. There are none. 1 stop not proven.');
  expect(stops.queryByRole('slider')).toBeNull();
  const health = await section('Health of the farm');
  health.getByText('The farm renders. Look at 1 thing:');
  expect(health.getByRole('link', { name: '1 stop not proven' }).getAttribute('href')).toBe(
    '/queue?show=all&open=true',
  );
});

it('measures that cannot be read say so, and are read again', async () => {
  const { fake } = aFakeFarm();
  fake.failNext('getMeasures', new Error('of this test'));
  const { person } = renderApp({ farm: fake, path: '/measures' });
  await person.click(await screen.findByRole('button', { name: 'Try again' }));
  await section('Host use');
});
