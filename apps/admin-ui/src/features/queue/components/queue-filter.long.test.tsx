import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { queueRows } from '../../../testing/page-parts.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';

const places = async () => (await queueRows()).map((cells) => cells.slice(0, 2).join(' '));

it('finds a job by a part of its name; positions stay those of the whole queue', async () => {
  const { person } = openPage();
  await screen.findByRole('link', { name: 'spot_0142' });
  await person.keyboard('/');
  const field = screen.getByRole('searchbox', { name: 'Find a job by name or id' });
  expect(document.activeElement).toBe(field);
  await person.keyboard('IRD');
  await waitFor(async () => expect(await places()).toEqual(['3 third']));
  expect(window.location.search).toBe('?show=active&q=IRD');
  await screen.findByText('1 job matches');
  screen.getByText('Waiting 1');
  expect(document.activeElement).toBe(field);
  await person.type(field, 'x/');
  await screen.findByText('No job matches.');
  await person.click(screen.getAllByRole('button', { name: 'Clear filter' })[0] ?? field);
  await waitFor(async () => expect(await places()).toHaveLength(4));
  expect(window.location.search).toBe('?show=active');
});

it('reads every filter from the address, and keeps it from tab to tab', async () => {
  const { fake, running } = aFakeFarm();
  fake.farm.complete(running);
  const { person } = renderApp({ farm: fake, path: '/queue?show=active&by=jonas&status=QUEUED' });
  await waitFor(async () => expect(await places()).toEqual(['1 first', '2 second', '3 third']));
  await person.selectOptions(await screen.findByLabelText('Host'), 'render-01');
  await screen.findByText('No job matches.');
  await person.click(screen.getByRole('link', { name: /^All ended/ }));
  await screen.findByText('No job matches.');
  expect(window.location.search).toBe('?show=ended&host=render-01&by=jonas');
  await person.selectOptions(await screen.findByLabelText('Submitted by'), '');
  await screen.findByRole('link', { name: 'spot_0142' });
});

it('lists ended jobs with their end, its reason and how long they ran', async () => {
  const { fake, running, queued } = aFakeFarm();
  fake.farm.fail(running, 'aerender: no such composition "main".');
  await fake.port.cancelJob(anAdmin('jonas'), {
    id: queued[0] ?? '',
    reason: 'wrong version',
    waitMs: 0,
  });
  renderApp({ farm: fake, path: '/queue?show=ended' });
  await screen.findByRole('link', { name: 'spot_0142' });
  const heads = screen.getAllByRole('columnheader').map(({ textContent }) => textContent);
  expect(heads.slice(0, 5)).toEqual(['Job', 'End', 'Reason', 'Took', 'Ended ↓']);
  expect((await queueRows()).map((cells) => cells.slice(0, 4).join('|')).sort()).toEqual([
    'first|Stopped|jonas: wrong version|—none',
    'spot_0142|Failed|aerender: no such composition "main".|0 s',
  ]);
});

it('Mine filters by the user', async () => {
  const { fake } = aFakeFarm();
  fake.farm.submit('of ada', 'ada');
  const { person } = renderApp({ farm: fake });
  await screen.findByRole('link', { name: 'of ada' });
  await person.click(await screen.findByRole('button', { name: 'Mine' }));
  await waitFor(async () => expect(await places()).toEqual(['4 of ada']));
});

it('says that no host can take the waiting jobs, and why, as soon as that is known', async () => {
  const { fake } = aFakeFarm();
  fake.farm.silence('render-01');
  fake.farm.silence('render-02');
  renderApp({ farm: fake });
  expect((await screen.findByText(/^Jobs wait and no host/)).parentElement?.textContent).toContain(
    'render-01 is silent. render-02 is silent.',
  );
});
