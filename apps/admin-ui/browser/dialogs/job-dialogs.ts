import { readFile } from 'node:fs/promises';
import { waitFor } from '@renderdeck/testing';
import { expect } from 'vitest';
import { takePictures } from '../every-page.ts';
import { clickUntilGone } from '../page-actions.ts';
import type { Tour } from './start-tour.ts';

export const QUEUE = '/queue?show=all';

/** The larger view of a picture. */
export async function jobPictures({ page, goTo, check, close, shown }: Tour): Promise<void> {
  await goTo(`/jobs/${shown.jobId}`);
  await page.getByRole('button', { name: 'Larger picture' }).click();
  await page.getByRole('dialog').getByRole('img', { name: 'Frame 12' }).waitFor();
  await check('larger picture');
  await close();
}

/** A film that plays, its download, and an output that cannot be opened here. */
export async function outputPlayer({ page, goTo, check, close, shown }: Tour): Promise<void> {
  await goTo(`/jobs/${shown.jobId}`);
  const outputs = page.getByRole('region', { name: 'Output' });
  await outputs.getByText(/webm, 579 B, vp8, 16 × 16, 2 frames, 0.40 s, as measured/).waitFor();
  await outputs.getByText('It is a folder with 980 files. Copy its path.').last().waitFor();
  const download = page.waitForEvent('download');
  await outputs.getByRole('link', { name: /^Download/ }).click();
  expect((await readFile(await (await download).path())).length).toBe(579);
  await takePictures(page, 'job-output-1280');
  await outputs.getByRole('button', { name: /^Play spot/ }).click();
  const film = page.getByRole('dialog').locator('video');
  await waitFor(() => film.evaluate((it: HTMLVideoElement) => it.ended && it.duration > 0.3), {
    what: 'the film to be played',
  });
  await check('output that plays');
  await takePictures(page, 'output-1280');
  await close();
}

export async function priorityDialog(tour: Tour): Promise<void> {
  const { page, farm, goTo, check, close } = tour;
  await goTo(QUEUE);
  const dialog = page.getByRole('dialog');
  await tour.openFromMenu('trailer_de', /Change priority/);
  await dialog.getByText(/Same position/).waitFor();
  await check('priority, as it is');
  await dialog.getByRole('spinbutton').fill('500');
  await check('priority, out of range');
  await dialog.getByRole('spinbutton').fill('20');
  await dialog.getByText(/jobs? pass it\./).waitFor();
  await check('priority, preview');
  const { jobs } = await farm.admin.listJobs.query({ show: 'active', q: 'trailer_de' });
  await farm.admin.setPriority.mutate({ id: jobs[0]?.id ?? '', priority: 55 });
  await dialog.getByRole('button', { name: 'Set priority' }).click();
  await dialog.getByText(/^admin set 55 at/).waitFor();
  await check('priority, conflict');
  await dialog.getByRole('button', { name: 'Set 20 anyway' }).click();
  await dialog.getByText('Priority 20.').waitFor();
  await check('priority, done');
  await close();
}

export async function rerunDialog(tour: Tour): Promise<void> {
  const { page, goTo, check, close } = tour;
  await goTo(QUEUE);
  const dialog = page.getByRole('dialog');
  await tour.openFromMenu('spot_0141', /^Run again$/);
  await dialog.getByLabel('Priority').fill('0');
  await dialog.getByText(/position \d/i).waitFor();
  await check('run again');
  await dialog.getByRole('button', { name: 'Run again' }).click();
  await dialog.getByRole('heading', { name: /^Queued\. Position/ }).waitFor();
  await check('run again, done');
  await close();
}

/** Each question, and each verdict that a farm with a paused and a lost host can show. */
export async function stopDialog(tour: Tour): Promise<void> {
  const { page, farm, goTo, check, close } = tour;
  await goTo(QUEUE);
  const dialog = page.getByRole('dialog');
  const verdict = (name: RegExp) => dialog.getByRole('heading', { name }).waitFor();
  const remove = dialog.getByRole('button', { name: 'Remove' });

  await tour.openFromMenu('credits_ep4', /Remove/);
  await dialog.getByText('No attempt was made', { exact: false }).waitFor();
  await check('remove?');
  const { jobs } = await farm.admin.listJobs.query({ show: 'active', q: 'credits_ep4' });
  await farm.admin.cancelJob.mutate({ id: jobs[0]?.id ?? '' });
  await dialog.getByText(/^.*asked to stop this at/).waitFor();
  await check('already asked');
  await dialog.getByRole('button', { name: 'See receipt' }).click();
  await verdict(/^Stopped\./);
  await check('receipt of a job that never started');
  await close();

  await tour.openFromMenu('requeued', /Remove/);
  await clickUntilGone(remove);
  await verdict(/^Not proven\./);
  await check('receipt, not proven');
  await close();

  await tour.openFromMenu('spot_0142', /Stop render/);
  await dialog.getByText(/^Processes on the host: 3/).waitFor();
  await check('stop?');
  process.kill(farm.workerPid, 'SIGSTOP');
  try {
    await clickUntilGone(dialog.getByRole('button', { name: 'Stop render' }));
    await verdict(/^Stopping…/);
    await check('receipt, stopping');
  } finally {
    process.kill(farm.workerPid, 'SIGCONT');
  }
  await waitFor(
    async () => (await dialog.getByRole('heading', { name: /^Stopped\./ }).count()) > 0,
  );
  await check('receipt, stopped');
  await close();
}
