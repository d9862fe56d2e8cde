import { waitFor } from '@renderdeck/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertLongLog } from './insert-jobs.ts';
import { type BrowserFarm, openBrowserFarm } from './open-browser-farm.ts';
import { waitUntilRendering } from './page-actions.ts';

const JOBS = 100_000;

let farm: BrowserFarm;
beforeAll(async () => {
  farm = await openBrowserFarm();
  await farm.submit('spot_0142', 90);
  await waitUntilRendering(farm.admin, 'spot_0142');
  await farm.sql`
    insert into jobs (id, name, priority, submitted_by, max_attempts)
    select gen_random_uuid(), 'shot_' || lpad(n::text, 6, '0'), 10, 'mira', 3
    from generate_series(1, ${JOBS}::int) n order by n`;
  await farm.sql`select queue_recount()`;
  await farm.sql`analyze jobs`;
}, 180_000);
afterAll(() => farm?.close(), 60_000);

/** The index of the focused row, and its distance from the top of the window in pixels. */
function focusedRow(page: Page) {
  return page.evaluate(() => {
    const row = document.activeElement?.closest<HTMLElement>('[data-job]');
    return {
      index: Number(row?.dataset.index ?? -1),
      name: document.activeElement?.textContent,
      top: Math.round(row?.getBoundingClientRect().top ?? -1),
    };
  });
}

/** Scrolls this many rows, one screen a frame. The bench measures how long frames take. */
async function scrollThrough(rows: number): Promise<void> {
  window.scrollTo(0, 0);
  for (let y = 0; y < rows * 36; y += window.innerHeight) {
    window.scrollTo(0, y);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

it(`a list of ${JOBS} jobs renders what is on screen, and every row can be reached`, async () => {
  const { page, errors } = await farm.signIn('admin');
  const table = page.getByRole('table', { name: 'Jobs' });
  await page.getByRole('link', { name: 'shot_000001' }).waitFor();
  expect(await table.getAttribute('aria-rowcount')).toBe(String(JOBS + 2));
  expect(await page.locator('tbody tr').count()).toBeLessThan(80);

  await page.getByRole('link', { name: 'spot_0142' }).focus();
  await page.keyboard.press('End');
  await page.getByRole('link', { name: 'shot_100000' }).waitFor();
  await waitFor(async () => (await focusedRow(page)).index === JOBS);
  expect((await focusedRow(page)).name).toBe('shot_100000');
  expect(await page.locator('tbody tr').count()).toBeLessThan(80);

  // Any place of the list can be reached by scrolling.
  await page.evaluate(scrollThrough, 2_000);
  await page.evaluate(() => window.scrollTo(0, 50_000 * 36));
  await page
    .getByText(/^shot_0500\d\d$/)
    .first()
    .waitFor();
  await page.keyboard.press('Home');
  await waitFor(async () => (await focusedRow(page)).name === 'spot_0142');
  expect(errors).toEqual([]);
});

const FIRST_VISIT = { kB: 220, requests: 12 } as const;

it(`a first visit needs ${FIRST_VISIT.kB} kB and ${FIRST_VISIT.requests} requests`, async () => {
  const { context } = await farm.signIn('admin');
  const storageState = await context.storageState();
  await context.close();
  const fresh = await farm.newContext({ storageState });
  const page = await fresh.newPage();
  const devtools = await fresh.newCDPSession(page);
  await devtools.send('Network.enable');
  const [urls, ahead]: [string[], Set<string>] = [[], new Set()];
  let [bytes, rows, hasRows] = [0, '', false];
  devtools.on('Network.requestWillBeSent', ({ requestId, request: { url } }) => {
    if (url.includes('listJobs')) rows ||= requestId;
    // With its rows, the page loads the dialogs and the other pages ahead of their use.
    if (hasRows && url.includes('/assets/')) ahead.add(requestId);
    else if (url.startsWith(farm.url)) urls.push(url);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    hasRows ||= requestId === rows;
    if (!ahead.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(`${farm.url}/queue`);
  await page.getByRole('link', { name: 'shot_000001' }).waitFor();
  await page.waitForLoadState('networkidle');
  expect(bytes / 1000).toBeLessThanOrEqual(FIRST_VISIT.kB);
  expect(bytes / 1000).toBeGreaterThan(FIRST_VISIT.kB / 2);
  expect(urls.length, urls.join(' ')).toBeLessThanOrEqual(FIRST_VISIT.requests);
  // The session and the first rows come in one answer.
  expect(urls.filter((url) => /[/,]me[,?]/.test(url))).toEqual([
    expect.stringMatching(/[/,]listJobs[,?]/),
  ]);
  await fresh.close();
});

it('the focused job keeps its height on screen when 500 jobs are put before it', async () => {
  const { page } = await farm.signIn('admin');
  const link = page.getByRole('link', { name: 'shot_000005' });
  await link.waitFor();
  await link.focus();
  const before = await focusedRow(page);
  await farm.sql`
    insert into jobs (id, name, priority, submitted_by, max_attempts)
    select gen_random_uuid(), 'urgent_' || n, 80, 'sam', 3 from generate_series(1, 500) n`;
  await farm.sql`select queue_recount()`;
  await page.keyboard.press('u');
  await waitFor(
    async () => {
      expect(await focusedRow(page)).toEqual({ ...before, index: before.index + 500 });
      return true;
    },
    { withinMs: 60_000, what: 'the new order, with the job at its height' },
  );
});

it('a log of 50 MB shows its end, and is searched and scrolled without a freeze', async () => {
  const id = await insertLongLog(farm.sql, 800_000);
  const { page, errors } = await farm.signIn('admin');
  await page.goto(`${farm.url}/jobs/${id}?tab=log`);
  await page.getByText('Showing the last 20 MB.').waitFor();
  const box = page.getByRole('log');
  await box.getByText('PROGRESS: line 799999.').waitFor();
  expect(await box.locator('[data-line]').count()).toBeLessThan(100);

  const frames = await box.evaluate(async (node) => {
    const gaps: number[] = [];
    let before = await new Promise<number>(requestAnimationFrame);
    for (let step = 1; step <= 60; step += 1) {
      node.scrollTop = (node.scrollHeight / 60) * step;
      const now = await new Promise<number>(requestAnimationFrame);
      gaps.push(now - before);
      before = now;
    }
    return gaps.sort((a, b) => a - b);
  });
  expect(frames[Math.floor(frames.length * 0.95)]).toBeLessThan(500);

  await page.getByRole('searchbox', { name: 'Find in the log' }).fill('line 750000');
  await page.keyboard.press('Enter');
  await page.getByText('1/1 in the last 20 MB', { exact: true }).waitFor();
  await box.getByText('PROGRESS: line 750000.').waitFor();
  const size = await page.evaluate(
    async (url) => (await fetch(url, { method: 'HEAD' })).headers.get('content-length'),
    `/api/jobs/${id}/attempts/1/log`,
  );
  expect(size).toBe(String(800_000 * 64));
  await page.getByRole('link', { name: 'Download all (51 MB)' }).waitFor();
  expect(errors).toEqual([]);
});
