/* Windows does not always tell when a process started: its job must be shown all the same. */
import { acknowledgeStop } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { openFarm } from '../../testing/open-farm.ts';

test('a process whose start its host could not read has none, and its job is shown', async () => {
  const farm = await openFarm();
  const api = await farm.serve();
  const { id } = (await farm.submit('Unread', 100)).job;
  const attempt = await farm.worker.claim();
  await api.send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`);
  const { stopReport, ...others } = farm.worker.reports;
  // Hosts of older versions reported an empty text, or a time that is none.
  const starts = [null, '', '+030828-09-14T02:48:05.477Z'] as const;
  const processes = stopReport.processes.map((process, index) => ({
    ...process,
    startedAt: starts[index] ?? null,
  }));
  const reports = { ...others, stopReport: { ...stopReport, processes } };
  await acknowledgeStop(farm.worker.context, { attempt, reports });
  const unread = { startedAt: null };
  const shown = await api.send('vera', 'GET', `/api/jobs/${id}`);
  expect(shown.body).toMatchObject({
    job: { receipt: { processes: [unread, unread, unread] } },
    attempts: [{ stop: { processes: [unread, unread, unread] } }],
  });
  await farm.close();
});
