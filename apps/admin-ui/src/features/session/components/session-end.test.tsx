import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFakeFarm, renderApp } from '../../../testing/render-app.tsx';

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

it('says 5 minutes before when the session ends, and Stay prolongs it', async () => {
  const { fake } = aFakeFarm();
  fake.farm.page.sessionEnd = { endsAt: inMinutes(4), renewable: true };
  const { person } = renderApp({ farm: fake });
  await screen.findByText(/^You will be signed out at \d\d:\d\d:\d\d\./);
  fake.farm.page.sessionEnd = { endsAt: inMinutes(240), renewable: true };
  await person.click(screen.getByRole('button', { name: 'Stay' }));
  await waitFor(() => expect(screen.queryByText(/^You will be signed out/)).toBeNull());
});

it('offers to sign in again where the session cannot be prolonged', async () => {
  const { fake } = aFakeFarm();
  fake.farm.page.sessionEnd = { endsAt: inMinutes(3), renewable: false };
  const { person } = renderApp({ farm: fake });
  await person.click(await screen.findByRole('button', { name: 'Sign in again' }));
  expect(await screen.findByRole('dialog', { name: 'Sign in again' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Stay' })).toBeNull();
});

it('says nothing while the session lasts longer', async () => {
  const { fake } = aFakeFarm();
  fake.farm.page.sessionEnd = { endsAt: inMinutes(6), renewable: true };
  renderApp({ farm: fake });
  await screen.findByRole('link', { name: 'spot_0142' });
  expect(screen.queryByText(/^You will be signed out/)).toBeNull();
});

it('tells of a new version of the page, and never loads it by itself', async () => {
  const meta = document.createElement('meta');
  meta.name = 'build';
  meta.content = 'old';
  document.head.append(meta);
  const { fake } = aFakeFarm();
  fake.farm.page.build = 'old';
  const { api } = renderApp({ farm: fake });
  await screen.findByRole('link', { name: 'spot_0142' });
  expect(screen.queryByText(/^New version/)).toBeNull();
  fake.farm.page.build = 'new';
  await api.queryClient.invalidateQueries();
  await screen.findByText(/^New version/);
  expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy();
  meta.remove();
});
