import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { openPage } from '../testing/render-app.tsx';

it('Back closes a dialog and nothing else, and Escape leaves no entry behind', async () => {
  const { fake, running, recordOf, person } = openPage({ path: '/hosts' });
  await person.click(await screen.findByRole('link', { name: 'Queue' }));
  const open = async () => {
    (await screen.findByRole('link', { name: 'spot_0142' })).focus();
    await person.keyboard('x');
    await screen.findByRole('dialog', { name: 'Stop this render?' });
  };
  const isGone = () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await open();
  window.history.back();
  await isGone();
  expect(window.location.pathname).toBe('/queue');
  expect(fake.farm.wire(recordOf(running)).receipt).toBeNull();

  await open();
  await person.keyboard('{Escape}');
  await isGone();
  expect(fake.audit).toEqual([]);
  await waitFor(() => expect(Object(window.history.state).dialog).toBeUndefined());
  window.history.back();
  await waitFor(() => expect(window.location.pathname).toBe('/hosts'));
});
