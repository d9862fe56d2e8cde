import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aCutLink } from '../testing/a-cut-link.ts';
import { aFakeFarm, renderApp } from '../testing/render-app.tsx';

const NO_ANSWER = /^No answer from the server since \d\d:\d\d:\d\d\.$/;

/** A button of a page whose file is loaded first, which takes long on a busy machine. */
const firstButton = (name: string) => screen.findByRole('button', { name }, { timeout: 25_000 });

/** Says that it cannot act and why, and keeps its place. */
function expectAway(button: HTMLElement) {
  expect(button.getAttribute('aria-disabled')).toBe('true');
  const reason = document.getElementById(button.getAttribute('aria-describedby') ?? '');
  expect(reason?.textContent).toMatch(NO_ANSWER);
}

it('without a server it keeps its focus and says why; Enter sends nothing', async () => {
  const { fake, queued } = aFakeFarm();
  const { link, cut } = aCutLink();
  const { person, api } = renderApp({ farm: fake, path: `/jobs/${queued[2]}`, links: [link] });
  await person.click(await firstButton('Change priority'));
  const dialog = within(await screen.findByRole('dialog', { name: 'Change priority' }));
  const set = dialog.getByRole('button', { name: 'Set priority' });
  const field = dialog.getByRole('spinbutton');
  set.focus();
  cut(api);
  expect(document.activeElement).toBe(set);
  expectAway(set);
  await person.click(set);
  await person.type(field, '{Enter}{Control>}{Enter}{/Control}');
  expect(dialog.queryByText(/^Not set/)).toBeNull();
  expect(fake.audit).toEqual([]);
});

it.each([
  ['/jobs', ['Change priority', 'Remove from queue']],
  ['/submit', ['Submit']],
  ['/hosts?host=render-01', ['Check now: render-01']],
  ['/access', ['Add user', 'Make token']],
])('every button of %s that changes the farm says why it cannot', async (page, names) => {
  const { fake, queued } = aFakeFarm();
  const { link, cut } = aCutLink();
  const path = page === '/jobs' ? `/jobs/${queued[0]}` : page;
  const { api } = renderApp({ farm: fake, path, links: [link] });
  await firstButton(names[0] ?? '');
  cut(api);
  for (const name of names) expectAway(screen.getByRole('button', { name }));
});
