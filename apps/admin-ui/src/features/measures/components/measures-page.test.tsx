import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

const HOUR = 3_600_000;
const thisHour = () => new Date(Math.floor(Date.now() / HOUR) * HOUR);
const section = async (name: string) => within(await screen.findByRole('region', { name }));

/** A farm that has rendered, stopped and waited enough. */
function aBusyFarm() {
  const { fake } = aFakeFarm();
  const row = { hour: thisHour(), part: '', atMostMs: 0, count: 1, sumMs: 0 };
  fake.farm.measured.push(
    { ...row, name: 'waiting', atMostMs: 40_000, count: 60 },
    { ...row, name: 'waiting', atMostMs: 360_000, count: 60 },
    { ...row, name: 'ended', part: 'completed', count: 18 },
    { ...row, name: 'ended', part: 'hostFailed', count: 2 },
    { ...row, name: 'asked', count: 20 },
    { ...row, name: 'proven', atMostMs: 9000, count: 19, hour: thisHour() },
    { ...row, name: 'busy', part: 'render-02', sumMs: 12 * HOUR },
  );
  return fake;
}

it('each measure is a sentence, a drawing and a table of the same numbers', async () => {
  const { person } = renderApp({ farm: aBusyFarm(), path: '/measures' });
  const waiting = await section('Waiting time');
  waiting.getByText(/^Half of 12\d jobs waited at most 40[.]0 s, 95 % at most 6 min 00 s[.]$/);
  waiting.getByText(/^From the submission until a host first takes the job[.]/);
  waiting.getByRole('img', { name: /^Waiting time[.] Half of/ });
  await person.click(waiting.getByText('Show as table'));
  expect(waiting.getAllByRole('row')).toHaveLength(25);
  const stops = await section('Stop time, ask to proof');
  stops.getByText('19 of 20 stops were proven, 95 % of these within 9.0 s. 1 stop not proven.');
  const ended = await section('Renders ended');
  ended.getByText('20 renders ended: 18 finished, 2 given back.');
  for (const label of ['Finished', 'Given back'])
    expect(ended.getAllByText(label).length).toBeGreaterThan(1);
  const use = await section('Host use');
  use.getByText(/^render-02 was busiest: 5\d %/);
  use.getByText(/^For the number of slots that a host has now,/);
});

it('the range is in the address, and another one has other steps', async () => {
  const { person } = renderApp({ farm: aBusyFarm(), path: '/measures?range=7d' });
  const ranges = within(await screen.findByRole('navigation', { name: 'Range' }));
  expect(ranges.getByRole('link', { name: '7 days' }).getAttribute('aria-current')).toBe('page');
  const ended = await section('Renders ended');
  await person.click(ended.getByText('Show as table'));
  expect(ended.getAllByRole('row')).toHaveLength(8);
  await person.click(ranges.getByRole('link', { name: '30 days' }));
  expect(window.location.search).toBe('?range=30d');
  expect((await (await section('Renders ended')).findAllByRole('row')).length).toBe(31);
});

it('says when there are too few numbers, and still names a stop without a proof', async () => {
  const { fake } = aFakeFarm();
  const row = { hour: thisHour(), part: '', atMostMs: 0, count: 1, sumMs: 0 };
  fake.farm.measured.push({ ...row, name: 'asked' });
  renderApp({ farm: fake, path: '/measures' });
  (await section('Renders ended')).getByText('Needs 10 renders. There are none.');
  const stops = await section('Stop time, ask to proof');
  stops.getByText('Needs 10 proven stops. There are none. 1 stop not proven.');
  expect(stops.queryByRole('img')).toBeNull();
});

it('measures that cannot be read say so, and are read again', async () => {
  const { fake } = aFakeFarm();
  fake.failNext('getMeasures', new Error('of this test'));
  const { person } = renderApp({ farm: fake, path: '/measures' });
  await person.click(await screen.findByRole('button', { name: 'Try again' }));
  await section('Host use');
});
