import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFarm, renderApp } from '../../../testing/render-app.tsx';

it('names each attempt that is not proven, and its end once it is', async () => {
  const { fake, running } = aFarm();
  fake.farm.loseHost(running);
  fake.farm.claimNext('render-02');
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByText(/^Attempt 1 on render-01 is not proven: last heard .*\.$/);
  const attempts = within(
    (await screen.findByRole('heading', { name: 'Attempts' })).parentElement ?? document.body,
  );
  attempts.getByText('Not proven to have ended.');
  fake.farm.proveLost(running, 1);
  await attempts.findByText(/lost, proven to have ended at/);
  expect(screen.queryByText(/is not proven/)).toBeNull();
});

it('says that the secrets of the job are gone', async () => {
  const { fake, running } = aFarm();
  const record = fake.farm.records.get(running);
  if (record === undefined) throw new Error('the job is there');
  record.secretsDeletedAt = '2026-11-20T08:00:00.000Z';
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByText(/^Its secrets were deleted/);
  await screen.findByText(/To submit it again, give them anew\.$/);
});

it('shows the warnings of the job', async () => {
  const { fake, running } = aFarm();
  const record = fake.farm.records.get(running);
  if (record === undefined) throw new Error('the job is there');
  const warning = 'Attempt 1 on render-01 may have published it too.';
  record.job = { ...record.job, warnings: [warning] };
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByText(warning);
});
