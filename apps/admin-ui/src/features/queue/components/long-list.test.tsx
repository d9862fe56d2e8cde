import { screen, waitFor, within } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { onlyMatches } from '../../../testing/page-parts.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';

const JOBS = 250;
const name = (index: number) => `job ${String(index).padStart(4, '0')}`;
const shownRows = () => document.querySelectorAll('tr[data-job]');
const rowOf = (id: string) => document.querySelector(`tr[data-job="${id}"]`);

it('a long list renders the rows near the screen, and reads the pages that are seen', async () => {
  const { fake } = aFakeFarm({ waiting: Array.from({ length: JOBS }, (_, index) => name(index)) });
  const listJobs = vi.spyOn(fake.port, 'listJobs');
  const { person } = renderApp({ farm: fake });
  const link = await screen.findByRole('link', { name: 'spot_0142' });
  const table = link.closest('table');
  expect(table?.getAttribute('aria-rowcount')).toBe(String(JOBS + 2));
  expect(shownRows().length).toBeLessThan(60);
  await waitFor(() => expect(skipsOf(listJobs)).toEqual([0, 100]));

  link.focus();
  await person.keyboard('{End}');
  await waitFor(() => expect(document.activeElement?.textContent).toBe(name(JOBS - 1)));
  expect(document.activeElement?.closest('tr')?.getAttribute('aria-rowindex')).toBe(
    String(JOBS + 2),
  );
  await person.keyboard('{PageUp}k{ArrowDown}');
  expect(document.activeElement?.closest('tr')?.getAttribute('data-index')).not.toBe('250');
  await person.keyboard('{Home}');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('spot_0142'));
  const tabStops = [...document.querySelectorAll<HTMLElement>('tbody a')].filter(
    ({ tabIndex }) => tabIndex === 0,
  );
  expect(tabStops.map(({ textContent }) => textContent)).toEqual(['spot_0142', 'render-01']);
});

it('focus goes to the neighbour when the focused job leaves the list', async () => {
  const { fake, running, person } = openPage();
  (await screen.findByRole('link', { name: 'spot_0142' })).focus();
  await person.keyboard('{ArrowUp}'); // the order of rows freezes
  fake.farm.complete(running);
  await screen.findByText(/1 ended/);
  expect(rowOf(running)?.textContent).toContain('Finished');
  await person.keyboard('u');
  await waitFor(() => expect(rowOf(running)).toBeNull());
  expect(document.activeElement?.textContent).toBe('first');
});

it('C copies the id, M opens the menu, and neither does so outside a row', async () => {
  const { queued, person } = openPage();
  const link = await screen.findByRole('link', { name: 'first' });
  await person.keyboard('cmj');
  expect(screen.queryByRole('menu')).toBeNull();
  link.focus();
  await person.keyboard('c');
  await screen.findByText('Id copied.');
  expect(await navigator.clipboard.readText()).toBe(queued[0]);
  await person.keyboard('m');
  const menu = await screen.findByRole('menu');
  expect(
    within(menu)
      .getAllByRole('menuitem')
      .map(({ textContent }) => textContent),
  ).toEqual(['Open', 'Change priorityP', 'Copy idC', 'Remove from queueX']);
});

it('a wide window shows the selected job beside the list', async () => {
  onlyMatches('1600');
  const { fake, queued } = aFakeFarm();
  const { person } = renderApp({ farm: fake, path: `/queue?job=${queued[1]}` });
  const panel = await screen.findByRole('complementary', { name: 'Selected job' });
  await within(panel).findByRole('heading', { name: 'second' });
  expect(panel.textContent).toContain('Position 2');
  (await screen.findByRole('link', { name: 'first' })).focus();
  await person.keyboard('{ArrowUp}');
  await screen.findByText('Log of attempt 1');
  expect(window.location.search).toContain('job=');
  await person.click(screen.getByRole('button', { name: 'Close the panel' }));
  expect(screen.queryByRole('complementary', { name: 'Selected job' })).toBeNull();
  vi.unstubAllGlobals();
});

function skipsOf(listJobs: { mock: { calls: readonly (readonly unknown[])[] } }): number[] {
  const skips = listJobs.mock.calls.map(([, input]) => Number(Object(input).skip));
  return [...new Set(skips)].sort((a, b) => a - b);
}
