import { joinHost, refuse } from '@renderdeck/contract';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';
import { hostStateLabel } from './host-state.tsx';

// The fake hosts are heard only once: on a busy machine they would soon be late.
beforeEach(() => void vi.setSystemTime(new Date()));

const panel = async (name: string) => within(await screen.findByRole('region', { name }));
const names = async () =>
  (await screen.findAllByRole('rowheader')).map(({ textContent }) => textContent);

it('the host with a problem comes first; the panel has all that is known of one', async () => {
  const { fake, hosts, running } = aFakeFarm();
  const [first, second] = hosts;
  first.jobs.push({ id: running, name: 'spot_0142', progress: 42, timeLeftMs: null, usage: null });
  first.today = { done: 14, failed: 1, stopped: 0 };
  Object.assign(second, {
    state: 'problem',
    problem: 'Only 3 MB are free; no job is taken.',
    leftoverFolders: 2,
    renderUser: 'render',
    databaseLogin: 'host_render-02',
  });
  const { person } = renderApp({ farm: fake });
  await person.click(await screen.findByRole('link', { name: 'Hosts' }));
  await person.click(await screen.findByRole('button', { name: 'Table' }));
  expect(await names()).toEqual(['render-02', 'render-01']);
  const row = within(screen.getByRole('row', { name: /^render-01/ }));
  for (const text of ['14 done, 1 failed', '120 GB', 'aerender stand-in']) row.getByText(text);
  expect(row.getByRole('link', { name: 'spot_0142' }).getAttribute('href')).toMatch(/^\/jobs\//);
  expect(row.queryByText(/late/)).toBeNull();

  await person.click(row.getByRole('link', { name: 'render-01' }));
  const shown = await panel('render-01');
  for (const text of ['subreaper: scans prove a stop', 'aerender stand-in', '120 GB'])
    shown.getByText(text);
  shown.getByText(/^Renders run as the worker's own user.*can read.*database password/);
  shown.getByText(/^It shares its database login[.] Whoever has the password/);
  expect(document.activeElement?.textContent).toBe('render-01');
  expect(window.location.search).toBe('?view=table&host=render-01');
  await person.click(shown.getByRole('button', { name: 'Close' }));
  await waitFor(() => expect(document.activeElement?.textContent).toBe('render-01'));
  expect(document.activeElement?.tagName).toBe('A');

  await person.click(screen.getByRole('link', { name: 'render-02' }));
  const other = await panel('render-02');
  other.getByText(/^It has the database login host_render-02 of its own/);
  other.getByText(/^Renders run as render\. .*can neither read the worker's environment/);
  other.getByText('Cannot render: Only 3 MB are free; no job is taken.');
  other.getByText('2 scratch folders could not be removed yet. The worker tries again.');
});

it('names what a host offers, and says where it offers nothing', async () => {
  const { fake, hosts } = aFakeFarm();
  const [first, second] = hosts;
  Object.assign(first, { tags: ['ae24', 'c4d'] });
  const { person } = renderApp({ farm: fake, path: `/hosts?host=${first.name}` });
  const offers = async (name: string) =>
    (await panel(name)).getByText('Offers').nextElementSibling?.textContent;
  expect(await offers(first.name)).toBe('ae24, c4d');
  await person.click(screen.getByRole('link', { name: second.name }));
  expect(await offers(second.name)).toBe('—none');
});

it('names the versions of hosts and server if they differ', async () => {
  const { fake, hosts } = aFakeFarm();
  const [first, second] = hosts;
  Object.assign(second, { version: '0.2.0' });
  renderApp({ farm: fake, path: '/hosts?view=table' });
  await screen.findByText(
    `Different versions work together: this server has 0.1.0, ${first.name} has 0.1.0; ` +
      `${second.name} has 0.2.0. Bring all of them to one version.`,
  );
});

it('says what to change if PostgreSQL has too few connections', async () => {
  const { fake } = aFakeFarm();
  Object.assign(fake.farm.database, { openConnections: 95, directHosts: 30 });
  renderApp({ farm: fake, path: '/hosts?view=table' });
  await screen.findByText(/^PostgreSQL has 97 connections for programs .* Set max_connections to /);
});

it('a Windows host names its system and boot; one in session 0 has a problem', async () => {
  const { fake, hosts } = aFakeFarm();
  const [first, second] = hosts;
  Object.assign(first, { platform: 'win32 x64', container: 'jobObject', session: 0 });
  Object.assign(second, { platform: 'win32 x64', session: 1, bootedAt: null });
  const { person } = renderApp({ farm: fake, path: `/hosts?host=${first.name}` });
  const service = await panel(first.name);
  service.getByText(/^The worker runs in session 0, as a service does[.]/);
  service.getByText(`${first.version}, on Windows (x64)`);
  service.getByText('Job Object: the kernel proves a stop');
  const booted = service.getByText('Booted').nextElementSibling;
  expect(booted?.querySelector('time')?.getAttribute('datetime')).toBe(first.bootedAt);
  await person.click(screen.getByRole('link', { name: second.name }));
  const usual = await panel(second.name);
  expect(usual.queryByText(/session 0/)).toBeNull();
  expect(usual.getByText('Booted').nextElementSibling?.querySelector('time')).toBeNull();
});

it('says that a host is late, then silent, and nothing of what a silent host does', async () => {
  const { fake, hosts, running } = aFakeFarm();
  const [first] = hosts;
  first.jobs.push({ id: running, name: 'spot_0142', progress: 42, timeLeftMs: null, usage: null });
  first.lastHeardAt = new Date(Date.now() - 16_000).toISOString();
  const { api } = renderApp({ farm: fake, path: '/hosts?host=render-01&view=table' });
  const row = async () => within(await screen.findByRole('row', { name: /^render-01/ }));
  (await row()).getByText('late');
  (await row()).getByText('42 %');
  const footer = within(screen.getByRole('contentinfo'));
  footer.getByText('1 rendering');
  fake.farm.silence('render-01');
  void api.queryClient.invalidateQueries();
  await (await row()).findByText('Silent');
  expect((await row()).queryByText(/late|42 %/)).toBeNull();
  footer.getByText('0 rendering');
  footer.getByText('1 unknown');
  (await panel('render-01')).getByText(/^Silent for .*The status of its render is Unknown\.$/);
  (await panel('render-01')).getByText('Processes, as it reported them last');
});

it('counts the stops that are not proven, and hands a name over after a reason', async () => {
  const { fake, running } = aFakeFarm();
  await fake.port.cancelJob(anAdmin('ada', 'trpc'), { id: running, waitMs: 0 });
  fake.farm.silence('render-01');
  fake.farm.loseHost(running);
  const { person } = renderApp({ farm: fake, path: '/hosts?host=render-01&view=table' });
  const shown = await panel('render-01');
  await shown.findByText(/^1 stop without a proof\./);
  await shown.findByText('Not proven');
  expect(shown.getByRole('link', { name: '#1' }).getAttribute('href')).toBe('/receipts/1');
  await person.click(shown.getByRole('button', { name: 'Hand the name over: render-01' }));
  const dialog = within(await screen.findByRole('dialog'));
  expect(document.activeElement?.textContent).toBe('Keep the name');
  dialog.getByText(/^1 attempt on it may still run\. The next host cannot prove their end/);
  const act = dialog.getByRole('button', { name: 'Hand over' });
  expect(act.getAttribute('aria-disabled')).toBe('true');
  fake.failNext('releaseHost', refuse('outcome_unknown'));
  await person.type(dialog.getByLabelText('Reason'), 'Replaced.{Enter}');
  await dialog.findByText('No answer. It may have been done. Look before you repeat it.');
  await person.click(act);
  await dialog.findByText(/is handed over\. The next host that registers/);
  await person.click(dialog.getByText('Close'));
  await shown.findByText(/^ada handed its name over at /);
  expect(shown.queryByRole('button', { name: /^Hand the name over/ })).toBeNull();
  expect(fake.audit.at(-1)).toMatchObject({ action: 'releaseHost', reason: 'Replaced.' });
});

it('rows keep their place while somebody works in the list', async () => {
  const { fake, person, api } = openPage({ path: '/hosts?view=table' });
  expect(await names()).toEqual(['render-01', 'render-02']);
  fireEvent.pointerMove(screen.getByRole('table', { name: 'Render hosts' }));
  fake.farm.silence('render-02');
  void api.queryClient.invalidateQueries();
  await screen.findByText('Silent');
  expect(await names()).toEqual(['render-01', 'render-02']);
  await person.click(await screen.findByRole('button', { name: 'Show new order' }));
  await waitFor(async () => expect(await names()).toEqual(['render-02', 'render-01']));
});

it('a viewer reads whom to ask, and is offered nothing', async () => {
  const { fake } = aFakeFarm();
  fake.farm.silence('render-01');
  renderApp({ farm: fake, path: '/hosts?host=render-01', user: 'vera' });
  (await panel('render-01')).getByText(/^View only\. Ask ada/);
  expect(screen.queryByRole('button', { name: /render-01/ })).toBeNull();
});

it('the address keeps the state that is looked for', async () => {
  const { fake } = aFakeFarm();
  fake.farm.silence('render-02');
  const { person } = renderApp({ farm: fake, path: '/hosts?state=silent&view=table' });
  await screen.findByText(/^Only hosts that are “Silent”\./);
  expect(hostStateLabel('stopped')).toBe('Worker stopped');
  expect(await names()).toEqual(['render-02']);
  await person.click(screen.getByRole('button', { name: 'Clear filter' }));
  await waitFor(async () => expect(await names()).toHaveLength(2));
});

it('an admin invites a host and reads the command; a refusal is shown', async () => {
  const { person } = openPage();
  await person.click(await screen.findByRole('link', { name: 'Hosts' }));
  await person.click(await screen.findByRole('button', { name: 'Invite host' }));
  await person.type(screen.getByRole('textbox', { name: 'Name' }), 'a name');
  await person.click(screen.getByRole('button', { name: 'Invite' }));
  await screen.findByText(/The name of a host that joins has 1 to 63 letters/);
  await person.clear(screen.getByRole('textbox', { name: 'Name' }));
  await person.type(screen.getByRole('textbox', { name: 'Name' }), 'ae-09');
  await person.click(screen.getByRole('button', { name: 'Invite' }));
  await screen.findByText(/^Run this once on ae-09, until /);
  screen.getByText(/^renderdeck worker join http:\/\/\S+ rdj_/);
});

it('an admin ends the login of a host, with a reason', async () => {
  const { fake, hosts } = aFakeFarm();
  const [, second] = hosts;
  second.state = 'silent';
  const ada = anAdmin('ada');
  const { token } = await fake.port.inviteHost(ada, { name: second.name, replace: false });
  const { verifier } = joinHost.rest.example.body;
  const { login } = await fake.port.joinHost(ada, { token, verifier });
  second.databaseLogin = login;
  const { person } = renderApp({ farm: fake, path: `/hosts?host=${second.name}` });
  await person.click(await screen.findByRole('button', { name: `End its login: ${second.name}` }));
  const dialog = within(await screen.findByRole('dialog'));
  await person.type(dialog.getByLabelText('Reason'), 'Stolen.');
  await person.click(dialog.getByRole('button', { name: 'End login' }));
  await dialog.findByText(`The login ${login} has ended.`);
  await person.click(dialog.getAllByRole('button', { name: 'Close' }).at(-1) ?? document.body);
  await screen.findByText(`Its database login ${login} has no longer the name`, { exact: false });
  expect(screen.queryByRole('button', { name: `End its login: ${second.name}` })).toBeNull();
});
