/* Windows does not always tell when a process started: its job must be shown all the same. */
import { acknowledgeStop } from '@renderdeck/operations';
import { expect, test } from 'vitest';
import { openFarm } from '../serve-api.ts';

test('a process whose start its host could not read has none, and its job is shown', async () => {
  const farm = await openFarm();
  const api = await farm.serve();
  const { id } = (await farm.submit('Unread', 100)).job;
  const attempt = await farm.worker.claim();
  await api.send('ada', 'DELETE', `/api/jobs/${id}?waitMs=0`);
  const { stopReport, ...others } = farm.worker.reports;
  // Hosts of older versions reported an empty text, or a time that is none.
  const processes = [null, '', '+030828-09-14T02:48:05.477Z'].flatMap((startedAt) =>
    stopReport.processes.map((process) => ({ ...process, startedAt })),
  );
  const reports = { ...others, stopReport: { ...stopReport, processes } };
  await acknowledgeStop(farm.worker.context, { attempt, reports });
  const unread = { pid: 4100, startedAt: null };
  const shown = await api.send('vera', 'GET', `/api/jobs/${id}`);
  expect(shown.body).toMatchObject({
    job: { receipt: { processes: [unread, unread, unread] } },
    attempts: [{ stop: { processes: [unread, unread, unread] } }],
  });
  await farm.close();
});
