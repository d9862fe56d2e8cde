import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFarm, renderApp } from '../../../testing/render-app.tsx';

it('a host shows its container, its renderer, its free disk and its job', async () => {
  const { fake, running } = aFarm();
  const [first, second] = fake.farm.hosts;
  if (first === undefined || second === undefined) throw new Error('the farm has two hosts');
  first.jobs.push({ id: running, name: 'spot_0142', progress: 42 });
  Object.assign(second, {
    state: 'problem',
    trouble: 'Only 3 MB are free; no job is taken.',
    leftoverFolders: 2,
    renderUser: 'render',
    databaseLogin: 'host_render-02',
  });
  const { person } = renderApp({ farm: fake });
  await person.click(await screen.findByRole('link', { name: 'Hosts' }));
  const card = (await screen.findByRole('heading', { name: 'render-01', level: 2 })).closest('li');
  if (card === null) throw new Error('the heading is in no card');
  for (const text of ['subreaper: scans prove a stop', 'aerender stand-in', '120 GB'])
    within(card).getByText(text);
  within(card).getByText(/^Renders run as the worker's own user.*can read.*database password/);
  within(card).getByText(/^It shares its database login[.] Whoever has the password/);
  screen.getByText(/^It has the database login host_render-02 of its own/);
  screen.getByText(/^Renders run as render\. .*can neither read the worker's environment/);
  expect(within(card).getByRole('link', { name: 'spot_0142' }).getAttribute('href')).toMatch(
    /^\/jobs\//,
  );
  expect(within(card).queryByText(/could not be removed|no job is taken/)).toBeNull();
  const headings = screen
    .getAllByRole('heading', { level: 2 })
    .map(({ textContent }) => textContent);
  expect(headings.indexOf('render-02'), 'a host with a problem comes first').toBeLessThan(
    headings.indexOf('render-01'),
  );
  screen.getByText('Cannot render: Only 3 MB are free; no job is taken.');
  expect(screen.getAllByText(/^Cannot render/), 'the strip, the state and why').toHaveLength(3);
  expect(screen.queryByText('Takes no more jobs. See Hosts.')).toBeNull();
  screen.getByText('2 scratch folders could not be removed as yet; it is tried again.');
});

it('a Windows host names its system and boot; one in session 0 has a problem', async () => {
  const { fake } = aFarm();
  const [first, second] = fake.farm.hosts;
  if (first === undefined || second === undefined) throw new Error('the farm has two hosts');
  Object.assign(first, { platform: 'win32 x64', container: 'jobObject', session: 0 });
  Object.assign(second, { platform: 'win32 x64', session: 1, bootedAt: null });
  const { person } = renderApp({ farm: fake });
  await person.click(await screen.findByRole('link', { name: 'Hosts' }));
  const cardOf = async (name: string) =>
    (await screen.findByRole('heading', { name, level: 2 })).closest('li') ?? document.body;
  const service = within(await cardOf(first.name));
  service.getByText(/^The worker runs in session 0, as a service does[.]/);
  service.getByText(`${first.version}, on Windows (x64)`);
  service.getByText('Job Object: the kernel proves a stop');
  const booted = service.getByText('Booted').nextElementSibling;
  expect(booted?.querySelector('time')?.getAttribute('datetime')).toBe(first.bootedAt);
  const usual = within(await cardOf(second.name));
  expect(usual.queryByText(/session 0/)).toBeNull();
  expect(usual.getByText('Booted').nextElementSibling?.querySelector('time')).toBeNull();
});
