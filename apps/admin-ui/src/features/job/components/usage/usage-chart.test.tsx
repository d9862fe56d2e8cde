import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFakeFarm, renderApp } from '../../../../testing/render-app.tsx';

it('shows CPU and memory over the attempt, with the same numbers as a table', async () => {
  const { fake, running } = aFakeFarm({ waiting: [] });
  for (const minute of [0, 1, 2])
    fake.farm.usageOf(running).push({
      at: new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString(),
      until: new Date(Date.UTC(2026, 2, 1, 12, minute, 58)).toISOString(),
      samples: 30,
      cpuPercent: { min: 10, mean: 100 * minute, max: 400 },
      memoryBytes: { min: 1e9, mean: 2e9, max: 3e9 },
      processes: 4,
    });
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByRole('img', { name: 'CPU: 200 % at the end, at most 400 %' });
  screen.getByRole('img', { name: 'Memory: 2.0 GB at the end, at most 3.0 GB' });
  const rows = within(
    screen.getByRole('region', { name: 'CPU and memory as a table' }),
  ).getAllByRole('row');
  expect(rows).toHaveLength(4);
  expect(rows[2]?.textContent).toContain('100 %400 %2.0 GB3.0 GB4');
});

it('says that nothing is recorded yet', async () => {
  const { fake, running } = aFakeFarm({ waiting: [] });
  renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByText('No CPU or memory values are recorded yet.');
});
