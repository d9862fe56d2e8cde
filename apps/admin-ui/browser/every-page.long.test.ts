/*
 * Every page of the router, and everything that opens over a page, in a real browser in front of a
 * real farm: axe in both schemes, no sideways scroll, no error. A new page or dialog is missed here
 * until it has a visit. With `pnpm pictures` the same visits also write the screenshots.
 */
import { waitFor } from '@renderdeck/testing';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectCharts } from './charts.ts';
import { COLUMNS, seenColumns } from './columns.ts';
import { DIALOGS } from './dialogs/every-dialog.ts';
import { findDialogs } from './dialogs/find-dialogs.ts';
import { OPEN_STATES } from './dialogs/open-states.ts';
import { startTour, type Tour } from './dialogs/start-tour.ts';
import {
  ADDRESSES,
  EXPECTED_ERRORS,
  everyPath,
  NOT_VISITED,
  type Shown,
  takePicture,
  takePictures,
  waitUntilShown,
} from './every-page.ts';
import { findBarriers } from './find-barriers.ts';
import { insertHistory } from './insert-history.ts';
import { insertLostAttempt, insertPaces, insertPicture, insertStatuses } from './insert-jobs.ts';
import { insertOutput } from './insert-output.ts';
import { type BrowserFarm, openBrowserFarm, type Visit } from './open-browser-farm.ts';
import { overflowAt, waitUntilRendering } from './page-actions.ts';

const WIDE = { width: 1440, height: 900 };
let farm: BrowserFarm;
let shown: Shown;
beforeAll(async () => {
  farm = await openBrowserFarm({ RENDERDECK_WEBHOOK_NETWORKS: '127.0.0.0/8' });
  const stopped = await farm.submit('spot_0141', 90);
  await waitUntilRendering(farm.admin, 'spot_0141');
  for (const [name, priority] of [
    ['spot_0142', 80],
    ['trailer_de', 60],
    ['lower_third_ana', 50],
    ['weather_map', 50],
    ['credits_ep4', 10],
  ] as const) {
    await farm.submit(name, priority);
  }
  await insertLostAttempt(farm.sql, (await farm.submit('requeued', 50)).id);
  await farm.admin.cancelJob.mutate({ id: stopped.id, reason: 'wrong version' });
  const { job } = await waitFor(
    async () => {
      const found = await farm.admin.getJob.query({ id: stopped.id });
      return found.job.receipt?.outcome === 'cancelled' ? found : null;
    },
    { withinMs: 60_000, what: 'the stop to be proven' },
  );
  await waitUntilRendering(farm.admin, 'spot_0142');
  await insertHistory(farm.sql);
  await insertPicture(farm.sql, job.id);
  await insertOutput(farm.sql, job.id, farm.outputFolder);
  shown = { jobId: job.id, receipt: job.receipt?.number ?? 0 };
  await insertPaces(farm.sql, { submitter: 'ada', newJob: 'trailer_de' });
}, 180_000);
afterAll(() => farm?.close(), 60_000);

it('every page and every dialog of the source is visited here', async () => {
  expect([...Object.keys(ADDRESSES), ...NOT_VISITED].sort()).toEqual(everyPath());
  expect(Object.keys(DIALOGS).sort()).toEqual(await findDialogs());
});

it('the list, a job and the preview of a priority say when jobs start and end', async () => {
  const { page } = await farm.signIn('admin');
  const cell = (name: string) =>
    page.getByRole('row', { name: new RegExp(name) }).locator('span[title^="Start"]');
  await waitFor(
    async () => {
      await page.reload();
      await waitUntilShown(page);
      return /^starts \d\d:\d\d–\d\d:\d\d$/.test((await cell('trailer_de').textContent()) ?? '');
    },
    { withinMs: 60_000, what: 'the start of a waiting job' },
  );
  expect(await cell('trailer_de').getAttribute('title')).toMatch(
    /^Starts .+, ends .+, from 40 renders submitted by ada$/,
  );
  await page.getByText(/^Empty about \d\d:\d\d–\d\d:\d\d if nothing is submitted/).waitFor();
  await page.getByRole('button', { name: 'Actions for credits_ep4' }).click();
  await page.getByRole('menuitem', { name: /Change priority/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Change priority' });
  await dialog.getByRole('spinbutton').fill('95');
  await dialog.getByText(/Starts about \d+ min earlier \(at least \d+\)/).waitFor();
  await takePictures(page, 'priority-start-1440');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'trailer_de' }).click();
  await page.getByText(/Starts .+, from 40 renders submitted by ada/).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await takePictures(page, 'job-start-1440');
});

it('every page is accessible, never scrolls sideways, and has no error', async () => {
  const { page, errors } = await farm.signIn('admin');
  const found: string[] = [];
  for (const [path, addressOf] of Object.entries(ADDRESSES)) {
    await page.setViewportSize(WIDE);
    await page.goto(`${farm.url}${addressOf(shown)}`);
    await waitUntilShown(page);
    found.push(...(await findBarriers(page)).map((barrier) => `${path}, ${barrier}`));
    const name = path.split('/')[1] ?? '';
    await takePictures(page, `${name}-1440`);
    for (const width of [1600, 1280, 390, 320]) {
      const overflow = await overflowAt(page, width);
      if (overflow > 0) found.push(`${path}: ${overflow} px too wide at ${width}`);
      if (width === 390) await takePictures(page, `${name}-390`);
    }
  }
  expect([...found, ...errors, ...farm.violations]).toEqual([]);
  await page.setViewportSize(WIDE);
  await page.goto(`${farm.url}/measures?range=24h`);
  await expectCharts(page);
  const stops = page.getByRole('region', { name: 'Stop, from ask to proof' });
  expect((await stops.boundingBox())?.height).toBeLessThanOrEqual(48);
  const tile = page.locator('dl > div', { hasText: 'Empty at' });
  await tile.getByText(/^\d\d:\d\d( to \d\d:\d\d)?$/).waitFor();
  expect([...errors, ...farm.violations]).toEqual([]);
});

it('a picture stands in the cell of its host, and beside the steps of its job', async () => {
  const job = await waitUntilRendering(farm.admin, 'spot_0142');
  await insertPicture(farm.sql, job.id);
  const { page, errors } = await farm.signIn('admin');
  await page.goto(`${farm.url}/hosts`);
  const image = page.locator(`[data-host="${job.host}"] img`);
  expect(await image.boundingBox()).toMatchObject({ width: 48, height: 27 });
  expect(await findBarriers(page)).toEqual([]);
  await takePictures(page, 'hosts-picture-1440');
  expect(await overflowAt(page, 390)).toBe(0);
  expect(await findBarriers(page)).toEqual([]);
  await takePictures(page, 'hosts-picture-390');

  await page.setViewportSize(WIDE);
  await page.goto(`${farm.url}/jobs/${job.id}`);
  const boxOf = async (what: Locator) =>
    (await what.boundingBox()) ?? expect.fail('It is not shown.');
  const frame = page.getByRole('region', { name: 'Picture' });
  const heading = page.getByRole('heading', { name: 'Steps' });
  const [picture, steps] = [await boxOf(frame), await boxOf(heading)];
  expect(steps.x).toBeGreaterThan(picture.x + picture.width);
  await takePictures(page, 'job-picture-1440');
  await page.setViewportSize({ width: 390, height: 844 });
  expect((await boxOf(heading)).x).toBe((await boxOf(frame)).x);
  expect(errors).toEqual([]);
});

it('failures are accessible at 390 px, and their bars are seen in forced colours', async () => {
  const { page } = await farm.signIn('admin', { viewport: { width: 390, height: 844 } });
  await page.goto(`${farm.url}/failures?range=24h`);
  await waitUntilShown(page);
  const bar = page.locator('ol > li span[aria-hidden] > span').first();
  await bar.waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.emulateMedia({ forcedColors: 'active' });
  const [fill, ground] = await bar.evaluate((span) =>
    [span, document.body].map((one) => getComputedStyle(one).backgroundColor),
  );
  expect(fill).not.toBe(ground);
  expect(await findBarriers(page)).toEqual([]);
  await takePicture(page, 'failures-390-forced');
});

it('tables show the columns of the specification at 1600 and 1280, and cards at 390', async () => {
  const { page } = await farm.signIn('admin');
  const seen: Record<string, unknown> = {};
  for (const address of Object.keys(COLUMNS)) {
    await page.goto(`${farm.url}${address}`);
    await waitUntilShown(page);
    const at = async (width: number) => {
      await page.setViewportSize({ width, height: 844 });
      return await seenColumns(page);
    };
    seen[address] = { 1600: await at(1600), 1280: await at(1280) };
    await waitFor(async () => (await at(390)).length === 0, { what: `cards of ${address}` });
  }
  expect(seen).toEqual(COLUMNS);
});

describe('what opens over a page, and states of pages', () => {
  let visit: Visit;
  let tour: Tour;
  beforeAll(async () => {
    visit = await farm.signInForAll('admin', { viewport: { width: 1280, height: 800 } });
    tour = startTour(visit.page, farm, shown);
  });

  it.each(Object.entries({ ...OPEN_STATES, ...DIALOGS }))(
    '%s is accessible and fits 320 px',
    async (_name, walk) => {
      await walk(tour);
      expect(tour.found.splice(0)).toEqual([]);
      expect(farm.violations).toEqual([]);
      expect(visit.errors.filter((error) => !EXPECTED_ERRORS.test(error))).toEqual([]);
    },
  );
});

it('each status is accessible, and a silent bar is told apart in forced colours', async () => {
  await insertStatuses(farm.sql);
  const { page } = await farm.signIn('vera');
  await page.goto(`${farm.url}/queue?show=all`);
  await page.locator('tbody [data-status]', { hasText: 'Unknown' }).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await takePictures(page, 'statuses-1440');
  await page.emulateMedia({ forcedColors: 'active' });
  const bar = (name: string) => page.getByRole('progressbar', { name }).screenshot();
  expect(await bar('on_a_silent_host')).not.toEqual(await bar('being_started'));
  await takePicture(page, 'statuses-1440-forced');
  await page.emulateMedia({ forcedColors: 'none' });
  await page.locator('html').evaluate((root) => root.style.setProperty('filter', 'grayscale(1)'));
  await takePicture(page, 'statuses-1440-grey');
});
