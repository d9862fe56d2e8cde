import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';

async function openCommands(person: UserEvent, page = 'Queue') {
  await screen.findByRole('heading', { name: page, level: 1 });
  await person.keyboard('{Control>}k{/Control}');
  const dialog = await screen.findByRole('dialog', { name: 'Commands' });
  const field = within(dialog).getByRole('combobox', { name: 'Job, host or page' });
  await waitFor(() => expect(document.activeElement).toBe(field));
  return { dialog, field };
}
const optionsOf = (dialog: HTMLElement) =>
  within(dialog)
    .queryAllByRole('option')
    .map(({ textContent }) => textContent);

it('a job that is found by two letters of its name opens with Enter', async () => {
  const { queued, person } = openPage();
  const { dialog, field } = await openCommands(person);
  await person.keyboard('s');
  expect(within(dialog).queryByRole('group', { name: 'Jobs' })).toBeNull();
  await person.keyboard('ec');
  const jobs = await within(dialog).findByRole('group', { name: 'Jobs' });
  const [option] = within(jobs).getAllByRole('option');
  expect(option?.textContent).toBe('secondQueued, jonas');
  expect(field.getAttribute('aria-activedescendant')).toBe(option?.id);
  await person.keyboard('{Enter}');
  await waitFor(() => expect(window.location.pathname).toBe(`/jobs/${queued[1]}`));
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('arrows go round the pages and hosts; Escape closes it and gives focus back', async () => {
  const { person } = renderApp();
  const { dialog, field } = await openCommands(person);
  expect(optionsOf(dialog).slice(0, 2)).toEqual(['Queue', 'Hosts']);
  const active = () => document.getElementById(String(field.getAttribute('aria-activedescendant')));
  await person.keyboard('{ArrowDown}');
  expect(active()?.textContent).toBe('Hosts');
  await person.keyboard('{ArrowUp}{ArrowUp}');
  expect(active()?.textContent).toBe(optionsOf(dialog).at(-1));
  await person.keyboard('render-0');
  await waitFor(() => expect(optionsOf(dialog)).toEqual(['render-01', 'render-02']));
  await person.clear(field);
  await person.keyboard('zz');
  await waitFor(() => expect(within(dialog).getByRole('status').textContent).toBe('No match'));
  await person.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});

it('a command on the selected job opens its dialog and does nothing by itself', async () => {
  const { fake, person } = openPage({ path: '/jobs/RUNNING' });
  const { dialog } = await openCommands(person, 'spot_0142');
  await person.click(within(dialog).getByRole('option', { name: 'Stop render: spot_0142' }));
  expect(await screen.findByRole('dialog', { name: /Stop this render/ })).toBeTruthy();
  expect(fake.audit).toEqual([]);
  // A dialog has keys of its own: the commands do not open over it.
  await person.keyboard('{Control>}k{/Control}');
  expect(screen.queryByRole('dialog', { name: 'Commands' })).toBeNull();
});

it('a job that ended is run again by a command, after its dialog', async () => {
  const { fake, running } = aFakeFarm();
  fake.farm.complete(running);
  const { person } = renderApp({ farm: fake, path: `/jobs/${running}` });
  await openCommands(person, 'spot_0142');
  await person.click(await screen.findByRole('option', { name: 'Run again: spot_0142' }));
  expect(await screen.findByRole('dialog', { name: 'Run again' })).toBeTruthy();
});

it('a letter that is typed before the commands are there acts on no row', async () => {
  const { person } = renderApp();
  (await screen.findByRole('link', { name: 'Queue' })).focus();
  await person.keyboard('{Control>}k{/Control}gh?');
  expect(await screen.findByRole('dialog', { name: 'Commands' })).toBeTruthy();
  expect(screen.queryAllByRole('dialog')).toHaveLength(1);
  expect(window.location.pathname).toBe('/queue');
});

it('a viewer gets no command that changes a job', async () => {
  const { person } = openPage({ user: 'vera', path: '/jobs/RUNNING' });
  const { dialog } = await openCommands(person, 'spot_0142');
  const group = within(dialog).getByRole('group', { name: 'Selected job' });
  expect(within(group).getAllByRole('option')).toHaveLength(1);
  expect(within(group).getByRole('option', { name: 'Open: spot_0142' })).toBeTruthy();
});

it('G and a letter open a page; typing, Ctrl and the switch keep letters from acting', async () => {
  const { person } = renderApp();
  await screen.findByRole('heading', { name: 'Queue', level: 1 });
  await person.keyboard('{Control>}g{/Control}h');
  expect(window.location.pathname).toBe('/queue');
  await person.keyboard('gh');
  await waitFor(() => expect(window.location.pathname).toBe('/hosts'));
  await person.keyboard('{Control>}k{/Control}');
  await screen.findByRole('combobox');
  await person.keyboard('gq?');
  expect(window.location.pathname).toBe('/hosts');
  await person.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

  await person.click(screen.getByRole('button', { name: 'ada' }));
  await person.click(await screen.findByRole('menuitemcheckbox', { name: 'Single-key shortcuts' }));
  await person.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());
  await person.keyboard('gq?');
  expect(window.location.pathname).toBe('/hosts');
  expect(screen.queryByRole('dialog')).toBeNull();
  await person.keyboard('{Control>}k{/Control}');
  expect(await screen.findByRole('dialog', { name: 'Commands' })).toBeTruthy();
});

it('the sheet lists the keys that do something here', async () => {
  const { person } = renderApp();
  await screen.findByRole('heading', { name: 'Queue', level: 1 });
  await person.keyboard('?');
  const sheet = await screen.findByRole('dialog', { name: 'All keys' });
  expect(within(sheet).getByRole('heading', { name: 'In the list of jobs' })).toBeTruthy();
  const anywhere = within(sheet).getByRole('heading', { name: 'Anywhere' }).parentElement;
  expect(anywhere?.textContent).toContain('GHHosts');
  await person.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});
