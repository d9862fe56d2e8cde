/*
 * What the page says while nothing comes from the server: nothing that it does not know, however
 * long that lasts.
 */
import { act, screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Api } from '../../api/api.ts';
import { aCutLink } from '../../testing/a-cut-link.ts';
import { anAdmin } from '../../testing/an-admin.ts';
import { openFromMenu } from '../../testing/page-parts.ts';
import { aFakeFarm, openPage, renderApp } from '../../testing/render-app.tsx';

/** Lets minutes pass for the page. */
const pass = (api: Api, minutes: number) =>
  act(async () => {
    api.clock.sync(new Date(api.clock.now() + minutes * 60_000).toISOString());
    // The page's clock ticks each second.
    await new Promise((resolve) => api.clock.subscribe(() => resolve(undefined)));
  });

it('says since when, stands still, and says nothing of the host', async () => {
  const { link, cut } = aCutLink();
  const { person, api } = openPage({ links: [link] });
  const dialog = await openFromMenu(person, 'spot_0142', /Stop render/);
  await within(dialog).findByText('Finished output: none yet');
  cut(api);
  const said = dialog.textContent;
  const row = screen.getByText('spot_0142', { selector: 'tr a bdi' }).closest('tr');
  const shown = row?.textContent;
  await pass(api, 4);
  expect(dialog.textContent).toBe(said);
  expect(row?.textContent).toBe(shown);
  expect(document.body.textContent).not.toMatch(/silent|Actions still work/);
  const message = screen
    .getByText(/^No answer from the server since/, { selector: 'header *' })
    .closest('p');
  expect(message?.textContent).toMatch(/ You cannot change anything now\./);
  const red = within(dialog).getByRole('button', { name: 'Stop render' });
  expect(red.getAttribute('aria-disabled')).toBe('true');
  expect(row?.querySelector('[title^="as of "]')).not.toBeNull();
});

it('a stop whose answer cannot come stays Stopping, as of then', async () => {
  const { fake, running } = aFakeFarm();
  await fake.port.cancelJob(anAdmin('ada', 'trpc'), { id: running, waitMs: 0 });
  const { link, cut } = aCutLink();
  const { api } = renderApp({ farm: fake, path: `/jobs/${running}`, links: [link] });
  await screen.findByRole('heading', { name: /^Stopping…/ });
  cut(api);
  await pass(api, 4);
  await screen.findByText(/^As of \d\d:\d\d:\d\d: not live since\.$/);
  expect(screen.queryByText(/Not proven/)).toBeNull();
  await waitFor(() => expect(screen.getByText('Stopping')).toBeTruthy());
});
