import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { aFakeFarm, openPage, renderApp } from '../../../testing/render-app.tsx';

it('a receipt at its address fills in as the host reports; focus is on its verdict', async () => {
  const { fake, running } = aFakeFarm();
  await fake.port.cancelJob(anAdmin('ada'), { id: running, reason: 'typo', waitMs: 0 });
  renderApp({ farm: fake, path: '/receipts/1', user: 'vera' });
  const verdict = await screen.findByRole('heading', { name: /^Stopping…/ });
  expect(document.activeElement).toBe(verdict);
  screen.getByRole('heading', { level: 1, name: 'Receipt #1' });
  screen.getByRole('link', { name: 'spot_0142' });
  screen.getByRole('button', { name: 'Copy receipt' });
  fake.farm.acknowledgeStop(running);
  await screen.findByRole('heading', { name: /^Stopped\. Nothing of this render is running/ });
});

it('a number without a receipt says so', async () => {
  openPage({ path: '/receipts/77' });
  await screen.findByText(/^No receipt with this number\. It may be older than 90 days\./);
});
