/*
 * The whole work of a wrangler without a mouse: find a job, stop it, read the receipt, move another
 * job up, run the first one again, and find all of it in the audit.
 */
import { waitFor } from '@renderdeck/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findAtWidths, findBarriers } from './find-barriers.ts';
import { insertNight } from './insert-night.ts';
import { type BrowserFarm, openBrowserFarm } from './open-browser-farm.ts';
import { waitUntilRendering } from './page-actions.ts';

let farm: BrowserFarm;
beforeAll(async () => {
  farm = await openBrowserFarm();
  await farm.submit('spot_0142', 90);
  for (const name of ['trailer', 'credits', 'archive']) await farm.submit(name, 50);
  await waitUntilRendering(farm.admin, 'spot_0142');
}, 120_000);
afterAll(() => farm?.close(), 60_000);

const MOST_TABS = 80;
const focused = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement;
    const name = active?.getAttribute('aria-label') ?? active?.textContent;
    return `${active?.tagName.toLowerCase()} ${name}`;
  });

/** Presses Tab until an element like this has focus. */
async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  for (let count = 0; count < MOST_TABS; count += 1) {
    if (wanted.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MOST_TABS} times Tab did not reach ${wanted}.`);
}

/** Filters the queue to this job and focuses its row. */
async function find(page: Page, name: string): Promise<void> {
  await page.locator('h1').first().focus();
  await page.keyboard.press('/');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(name);
  await waitFor(async () => (await page.locator('tbody [data-job]').count()) === 1, {
    what: `the one row of ${name}`,
  });
  await tabTo(page, new RegExp(`^a ${name}`));
}

/** Presses `g` and `a`. The page waits 1.5 s for the `a`, which a busy machine may press later. */
async function goToAudit(page: Page): Promise<void> {
  await waitFor(
    async () => {
      await page.keyboard.press('g');
      await page.keyboard.press('a');
      return new URL(page.url()).pathname === '/audit';
    },
    { what: 'the page of the audit' },
  );
}

it('finds, stops, reads, moves, runs again and looks it up, by keys alone', async () => {
  const { page, errors } = await farm.signIn('admin');
  const dialog = page.getByRole('dialog');

  await find(page, 'spot_0142');
  await page.keyboard.press('x');
  await dialog.getByText('Stop this render?').waitFor();
  expect(await focused(page)).toBe('button Keep rendering');
  await tabTo(page, /^(input|textarea)/);
  await page.keyboard.type('wrong version');
  const verdict = dialog.getByRole('heading', { name: /^(Stopping|Stopped)/ });
  // The question ignores its first 400 ms, so that a second key press confirms nothing.
  await waitFor(async () => {
    if ((await verdict.count()) > 0) return true;
    await page.keyboard.press('ControlOrMeta+Enter');
    return false;
  });
  await dialog.getByRole('heading', { name: /^Stopped\./ }).waitFor({ timeout: 60_000 });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await find(page, 'archive');
  await page.keyboard.press('p');
  await dialog.getByText('Change priority').first().waitFor();
  await page.keyboard.type('80');
  await dialog.getByText(/Overtakes 1 job/).waitFor();
  await page.keyboard.press('ControlOrMeta+Enter');
  await dialog.getByText(/^Priority 80\./).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await page.keyboard.press('ControlOrMeta+k');
  await dialog.waitFor();
  await page.keyboard.type('spot_0142');
  await dialog
    .getByRole('option', { name: /spot_0142/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'spot_0142' }).waitFor();
  await tabTo(page, /^button Run again/);
  await page.keyboard.press('Enter');
  await dialog.getByText('Run again').first().waitFor();
  await tabTo(page, /^button Run again/);
  await page.keyboard.press('Enter');
  await dialog.getByText(/Position \d/).waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await goToAudit(page);
  await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  await page.getByText('50 → 80').waitFor();
  await tabTo(page, /^a #?\d+$/);
  await page.keyboard.press('Enter');
  await page.getByText('wrong version').waitFor();
  expect(new URL(page.url()).pathname).toMatch(/^\/receipts\/\d+$/);
  expect(errors).toEqual([]);
});

it('the hosts: drains one, and the night leads to a job by keys and by a click', async () => {
  await insertNight(farm.sql, { hosts: 4, perHost: 12, everyMin: 10 });
  const { page, errors } = await farm.signIn('admin');
  await page.goto(`${farm.url}/hosts`);
  const cell = (name: string) => page.locator(`[data-host="${name}"]`);
  await cell('ae-03').getByText('Cannot render').waitFor();
  await cell('ae-03').getByText('3.1 GB').waitFor();
  const names = await page
    .locator('li[data-host]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-host')));
  expect(names).toEqual(['ae-01', 'ae-02', 'ae-03', 'ae-04', 'render-01']);

  await cell('ae-01').getByRole('link', { name: 'ae-01' }).click();
  await page.getByRole('button', { name: 'Drain: ae-01' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('New disk.');
  await page.keyboard.press('Enter');
  await dialog.getByText('ae-01 is drained.').waitFor();
  await page.keyboard.press('Enter');
  await cell('ae-01').getByText('by admin: New disk.').waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Take jobs again: ae-01' }).click();
  await cell('ae-01').getByText('Idle').waitFor();
  await page.getByRole('button', { name: 'Drain: ae-01' }).waitFor();

  const night = page.getByRole('slider', { name: 'Attempts of the hosts' });
  await night.focus();
  await page.keyboard.press('ArrowDown');
  const failed = /^ae-01: night_1_1, Failed, .* to /;
  expect(await night.getAttribute('aria-valuetext')).toMatch(failed);
  expect(await page.locator('[data-readout]').textContent()).toMatch(failed);
  await page.keyboard.press('ArrowLeft');
  expect(await night.getAttribute('aria-valuetext')).toMatch(/^ae-01: night_1_2, /);
  expect(await findAtWidths(page, 720, 390)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
  await night.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'night_1_2' }).waitFor();

  await page.goto(`${farm.url}/hosts`);
  // The latest attempt of the first host ended ten minutes ago, of the twelve hours that are shown.
  await page.locator('canvas').waitFor();
  const box = (await night.boundingBox()) ?? { x: 0, width: 0 };
  const position = { x: box.width * (1 - (0.02 + 14 / 720) / 1.02), y: 13 };
  await night.hover({ position });
  await page
    .locator('[data-readout]')
    .getByText(/^ae-01: night_1_1, Failed/)
    .waitFor();
  await night.click({ position });
  await page.getByRole('heading', { level: 1, name: 'night_1_1' }).waitFor();
  expect(errors).toEqual([]);
});
