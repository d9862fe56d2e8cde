import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

async function rows(): Promise<string[][]> {
  const table = await screen.findByRole('table', { name: 'Jobs' });
  return within(table)
    .getAllByRole('row')
    .filter((row) => row.dataset.job !== undefined)
    .map((row) => [...row.children].map((cell) => cell.textContent ?? ''));
}
const places = async () => (await rows()).map((cells) => cells.slice(0, 2).join(' '));

it('finds a job by a part of its name; positions stay those of the whole queue', async () => {
  const { fake } = aFakeFarm();
  const { person } = renderApp({ farm: fake });
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
  expect((await rows()).map((cells) => cells.slice(0, 4).join('|')).sort()).toEqual([
    'first|Stopped|jonas: wrong version|—none',
    'spot_0142|Failed|aerender: no such composition "main".|0 s',
  ]);
});

it('sorts ended jobs by a column, and the address keeps the order', async () => {
  const { fake, running } = aFakeFarm();
  fake.farm.complete(running);
  fake.farm.claimNext('render-01');
  const second = [...fake.farm.records.values()].find(({ job }) => job.status === 'RENDERING');
  fake.farm.fail(second?.job.id ?? '', 'No such composition.');
  const { person } = renderApp({ farm: fake, path: '/queue?show=ended' });
  await waitFor(async () => expect((await rows()).map(([name]) => name)).toHaveLength(2));
  await person.click(screen.getByRole('button', { name: 'Job' }));
  await waitFor(async () =>
    expect((await rows()).map(([name]) => name)).toEqual(['first', 'spot_0142']),
  );
  expect(window.location.search).toBe('?show=ended&sort=name');
  await person.click(screen.getByRole('button', { name: 'Job' }));
  await waitFor(async () =>
    expect((await rows()).map(([name]) => name)).toEqual(['spot_0142', 'first']),
  );
  expect(screen.getByRole('columnheader', { name: 'Job' }).ariaSort ?? 'descending').toBe(
    'descending',
  );
});

it('a search that finds nothing here says what it finds among ended jobs', async () => {
  const { fake, running } = aFakeFarm();
  fake.farm.complete(running);
  const { person } = renderApp({ farm: fake, path: '/queue?show=active&q=spot' });
  await screen.findByText(/1 ended job matches\./);
  await person.click(screen.getByRole('link', { name: 'Show ended' }));
  await screen.findByRole('link', { name: 'spot_0142' });
  expect(window.location.search).toBe('?show=ended&q=spot');
});

it('Mine filters by the user, and a view keeps the list under a name', async () => {
  const { fake } = aFakeFarm();
  fake.farm.submit('of ada', 'ada');
  const { person } = renderApp({ farm: fake });
  await screen.findByRole('link', { name: 'of ada' });
  await person.click(await screen.findByRole('button', { name: 'Mine' }));
  await waitFor(async () => expect(await places()).toEqual(['4 of ada']));
  await person.click(screen.getByRole('button', { name: 'Views' }));
  await person.click(await screen.findByRole('menuitem', { name: 'Save or remove views' }));
  const field = await screen.findByRole('textbox', { name: 'Name for the list as it is now' });
  await person.type(field, 'My jobs{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await person.click(screen.getByRole('button', { name: 'Clear filter' }));
  await waitFor(async () => expect(await places()).toHaveLength(5));
  await person.click(screen.getByRole('button', { name: 'Views' }));
  await person.click(await screen.findByRole('menuitem', { name: 'My jobs' }));
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
