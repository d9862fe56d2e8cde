import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { aFakeFarm, openPage, renderApp } from '../../../../testing/render-app.tsx';

it('says the true most and mean, reads each point, and has the numbers as a table', async () => {
  const { fake, running } = aFakeFarm({ waiting: [] });
  // The last point has one sample and is low. It says nothing about the attempt.
  for (const [minute, samples, mean, most] of [
    [0, 30, 100, 200],
    [1, 30, 400, 640],
    [2, 1, 10, 10],
  ] as const)
    fake.farm.usageOf(running).push({
      at: new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString(),
      until: new Date(Date.UTC(2026, 2, 1, 12, minute, 58)).toISOString(),
      samples,
      cpuPercent: { min: 10, mean, max: most },
      memoryBytes: { min: 1e9, mean: mean * 1e7, max: most * 2e7 },
      processes: 4,
    });
  const { person } = renderApp({ farm: fake, path: `/jobs/${running}` });
  await screen.findByText('CPU: most 6.4 of 8 cores, mean 2.5');
  screen.getByText('Memory: most 13 GB of 32 GB, mean 2.5 GB');
  const chart = screen.getByRole('slider', { name: 'CPU and memory' });
  chart.focus();
  await person.keyboard('{End}{ArrowLeft}');
  expect(chart.getAttribute('aria-valuetext')).toMatch(
    /CPU: mean 4[.]0, most 6[.]4 cores; .*memory: mean 4[.]0 GB, most 13 GB$/,
  );
  const rows = within(
    screen.getByRole('region', { name: 'CPU and memory as a table' }),
  ).getAllByRole('row');
  expect(rows).toHaveLength(4);
  expect(rows[2]?.textContent).toContain('4.0 cores6.4 cores4.0 GB13 GB4');
});

it('says that nothing is recorded yet', async () => {
  openPage({ waiting: [], path: '/jobs/RUNNING' });
  await screen.findByText('No CPU or memory values are recorded yet.');
});
