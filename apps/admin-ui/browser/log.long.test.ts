/* The log of a failed render, and the failures with the same reason, in a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findAtWidths } from './find-barriers.ts';
import { insertFailedLog, lineOfError } from './insert-failed-log.ts';
import { type BrowserFarm, openBrowserFarm } from './open-browser-farm.ts';

const FRAMES = 100_000;
const ERROR = lineOfError(FRAMES);

let farm: BrowserFarm;
let id: string;
beforeAll(async () => {
  farm = await openBrowserFarm();
  id = await insertFailedLog(farm.sql, { frames: FRAMES, others: 6 });
}, 180_000);
afterAll(() => farm?.close(), 60_000);

const line = (page: Page, number: number) => page.locator(`[data-line="${number - 1}"]`);
const head = (page: Page, name: string) =>
  page.getByRole('log').getByRole('button', { name: new RegExp(`^${name}`) });

it('the log of a failed render says first what went wrong, and leads to its line', async () => {
  const { page, errors } = await farm.signIn('admin');
  await page.goto(`${farm.url}/jobs/${id}?tab=log`);
  const wrong = page.getByRole('region', { name: 'What went wrong' });
  await wrong.getByRole('button', { name: `Go to line ${ERROR.toLocaleString('en')}` }).click();
  await page.waitForURL(new RegExp(`#L${ERROR}$`));
  await line(page, ERROR).and(page.locator('[data-current]')).waitFor();
  expect(await line(page, ERROR).textContent()).toMatch(/^Error: aerender ERROR: .*bumper_a\.mov/);

  // Steps: the failed one is open, the others are closed.
  expect(await head(page, 'Render').getAttribute('aria-expanded')).toBe('true');
  expect(await head(page, 'Render').textContent()).toMatch(/failed.*100,010 lines, 3 errors/);
  await head(page, 'Prepare').click();
  await page.getByText('2 layers set, 1 text changed').waitFor();
  await page
    .getByRole('button', { name: '100,000 lines of progress, frames 1 to 100,000' })
    .waitFor();

  // The box fills the window, and nothing follows after the end.
  const box = await page.getByRole('log').boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeGreaterThan(820);
  expect(await page.getByRole('button', { name: 'Follow' }).count()).toBe(0);
  expect(await page.getByRole('complementary').count()).toBe(0);

  const found = await findAtWidths(page, 720, 390, 320);
  expect([...found, ...errors, ...farm.violations]).toEqual([]);
});

it('find counts in the whole log, Enter goes on, and a match opens its closed step', async () => {
  const { page } = await farm.signIn('admin');
  await page.goto(`${farm.url}/jobs/${id}?tab=log`);
  const find = page.getByRole('searchbox', { name: 'Find in the log' });
  await find.fill('bumper');
  await page.getByText('0/4', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('1/4', { exact: true }).waitFor();
  const current = page.locator('mark[data-current]');
  expect(await current.textContent()).toBe('bumper');
  expect(await head(page, 'Download').getAttribute('aria-expanded')).toBe('true');
  await page.keyboard.press('Shift+Enter');
  await page.getByText('4/4', { exact: true }).waitFor();
  await line(page, ERROR + 1)
    .and(page.locator('[data-current]'))
    .waitFor();

  // A match within folded progress unfolds it.
  await find.fill('(77777)');
  await page.keyboard.press('Enter');
  await page.getByText('1/1', { exact: true }).waitFor();
  await line(page, 77_777 + 13)
    .and(page.locator('[data-current]'))
    .waitFor();
  await page.getByRole('button', { name: /^Next error 0\/3/ }).click();
  await page.getByRole('button', { name: /^Next error 1\/3/ }).waitFor();
});

it('an address opens the log at its line, and a click marks another one', async () => {
  const { page, context } = await farm.signIn('vera');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${farm.url}/jobs/${id}?tab=log#L50013`);
  await line(page, 50_013).and(page.locator('[data-current]')).waitFor();
  await line(page, 50_015).click();
  await page.waitForURL(/#L50015$/);
  await page.getByRole('button', { name: 'Copy link to line' }).click();
  await page.getByRole('button', { name: 'Copy link to line: Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${farm.url}/jobs/${id}?tab=log#L50015`);
  await page.goto(`${farm.url}/jobs/${id}?tab=log#L999999`);
  await page.reload();
  await page.getByText('This log has no line 999,999.').waitFor();
});

it('failures are grouped by reason, from the log and from the ended jobs', async () => {
  const { page, errors } = await farm.signIn('vera');
  await page.goto(`${farm.url}/jobs/${id}?tab=log`);
  await page.getByText(/^Same reason on 7 renders since /).waitFor();
  await page.getByRole('link', { name: 'See them' }).click();
  await page.getByText('Failed for:').waitFor();
  await page.getByRole('link', { name: 'bumper_autumn_de_14' }).waitFor();
  expect(await page.getByRole('link', { name: /^bumper_/ }).count()).toBe(7);

  await page.getByRole('link', { name: 'Failures by reason' }).click();
  await page.getByRole('heading', { level: 1, name: 'Failures' }).waitFor();
  await page.getByText(/^7 failed jobs for 1 reason since /).waitFor();
  await page.getByText('Hosts: ae-06 × 4, ae-05 × 3').waitFor();
  await page.getByText('Templates: bumper.aep × 1').waitFor();
  const found = await findAtWidths(page, 720, 390, 320);
  expect([...found, ...errors, ...farm.violations]).toEqual([]);
  await page.getByRole('link', { name: /^Show jobs/ }).click();
  await page.getByRole('link', { name: 'bumper_autumn_de_14' }).waitFor();
});
