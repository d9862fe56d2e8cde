/*
 * What the page says while it is cut off, while a host is down, and after a worker was killed:
 * never more than is known. And what it notices while nobody looks. One farm.
 */
import { waitFor } from '@renderdeck/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cuttableNetwork } from './cuttable-network.ts';
import { findAtWidths, findBarriers } from './find-barriers.ts';
import { keepNotices, openNotice, untilNoticed } from './notices.ts';
import { type BrowserFarm, openBrowserFarm } from './open-browser-farm.ts';
import { clickUntilGone, openFromMenu, waitUntilRendering } from './page-actions.ts';
import { hearPage } from './said-on-page.ts';
import { expectInOrder, openStory, SAYS_STOPPED } from './stop-stories.ts';

let farm: BrowserFarm;
let workerPid = 0;
beforeAll(async () => {
  farm = await openBrowserFarm();
  await farm.submit('spot_0142', 90);
  await farm.submit('spot_0143', 50);
  await waitUntilRendering(farm.admin, 'spot_0142');
  workerPid = farm.workerPid;
}, 120_000);
afterAll(() => farm?.close(), 60_000);

const footer = (page: Page) => page.locator('footer');

it('cut off, it says since when, stands still, and comes back', async () => {
  const { page, context } = await farm.signIn('admin');
  const net = await cuttableNetwork(context);
  await page.reload();
  await footer(page).getByText('Live', { exact: false }).waitFor();
  const top = () => page.locator('[data-job]').first().boundingBox();
  await page.locator('[data-job]').first().waitFor();
  const before = await top();
  const dialog = await openFromMenu(page, 'spot_0142', /Stop render/);
  await net.cut();
  await page
    .locator('header')
    .getByText(/No answer from the server since .* You cannot change anything now\./)
    .waitFor();
  await footer(page).getByText('No server').waitFor();
  expect(await top()).toEqual(before);
  await dialog.getByText(/^No answer from the server since/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText(/^as of .*; no change can be sent$/).waitFor();

  net.restore();
  await footer(page).getByText('● Live').waitFor({ timeout: 30_000 });
  await page.getByText(/^No answer from the server/).waitFor({ state: 'detached' });
  expect(await page.locator('[title^="as of "]').count()).toBe(0);
});

it('without a network it says so at once, and a new page opens when it is back', async () => {
  const { page, context, errors } = await farm.signIn('admin');
  const net = await cuttableNetwork(context);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  // The page of measures does not come ahead, as it does in a quiet moment.
  await context.route(/assets\/measures-page/, (route) => held.then(() => route.continue()));
  await page.reload();
  await footer(page).getByText('● Live').waitFor();
  await context.setOffline(true);
  await footer(page).getByText('No server').waitFor();
  await net.cut();
  await page.getByRole('link', { name: 'Measures' }).click();
  await page.getByText('This page is not here yet.', { exact: false }).waitFor();
  net.restore();
  release();
  await context.setOffline(false);
  await page.getByRole('heading', { level: 1, name: 'Measures' }).waitFor({ timeout: 30_000 });
  expect(
    errors.filter((error) => !/Failed to load|WebSocket|Unable to preload/.test(error)),
  ).toEqual([]);
});

it('a page that was opened while cut off opens as soon as the server answers', async () => {
  const { page, context } = await farm.signIn('admin');
  const net = await cuttableNetwork(context);
  await net.cut();
  await page.reload();
  await page.getByText('Renderdeck does not answer.').waitFor();
  net.restore();
  await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor({ timeout: 30_000 });
});

it('a stop on a host that is down is Not proven, until that host proves it', async () => {
  const { page, errors } = await farm.signIn('admin');
  const story = await openStory(farm, page, 'spot_0142', 3);
  process.kill(farm.workerPid, 'SIGSTOP');
  try {
    await story.stop();
    await farm.endLease();
    await story.dialog.getByRole('heading', { name: /^Not proven\./ }).waitFor();
    await story.dialog
      .getByText('What to do: look at render-01, or wait.', { exact: false })
      .waitFor();
    await footer(page).getByText('1 not proven').waitFor();
    expect(await page.title()).toMatch(/^\(!\) /);
    expect(story.texts.filter((text) => SAYS_STOPPED.test(text))).toEqual([]);
  } finally {
    process.kill(farm.workerPid, 'SIGCONT');
  }
  await story.dialog.getByRole('heading', { name: /^Stopped\./ }).waitFor({ timeout: 60_000 });
  await footer(page).getByText('not proven').waitFor({ state: 'detached' });
  await waitFor(async () => !(await page.title()).startsWith('(!)'), { what: 'the title' });
  expectInOrder(story.texts, [/Stopping… step \d of 6/, /Not proven\./, SAYS_STOPPED]);
  expect(story.ranWhenStopped).toEqual([]);
  expect(errors).toEqual([]);
});

it('after a worker was killed it says that the render ended only when that is proven', async () => {
  const { id } = await waitUntilRendering(farm.admin, 'spot_0143');
  const { page } = await farm.signIn('admin');
  await page.locator(`[data-job="${id}"]`).waitFor();
  const texts = await hearPage(page, [`[data-job="${id}"]`, '[role="dialog"]']);
  process.kill(farm.workerPid, 'SIGKILL');
  await farm.endLease();

  // The host is silent after its lease; then its job waits again, while nothing proves its end.
  await page.getByText('Attempt 1 on render-01 not proven').waitFor({ timeout: 60_000 });
  const dialog = await openFromMenu(page, 'spot_0143', /Remove|Stop/);
  expect(await dialog.textContent()).not.toMatch(/has not started|No process/);
  await clickUntilGone(dialog.getByRole('button', { name: /^(Remove|Stop render)$/ }));
  await dialog.getByRole('heading', { name: /^Not proven\./ }).waitFor({ timeout: 30_000 });
  expect(texts.length).toBeGreaterThan(3);
  expect(texts.filter((text) => /Stopped|Finished/.test(text))).toEqual([]);

  // The next worker of the host ends what the killed one left.
  workerPid = (await farm.startWorker()).pid;
  await dialog.getByRole('heading', { name: /^Stopped\./ }).waitFor({ timeout: 60_000 });
});

it('notices: what fails, a silent host, a stuck queue, each once in one of two tabs', async () => {
  const { page, context, errors } = await farm.signIn('admin');
  await keepNotices(context);
  await page.goto(`${farm.url}/notices`);
  const turnOn = page.getByRole('button', { name: 'Turn on' });
  await turnOn.waitFor();
  expect(await page.evaluate(() => Notification.permission)).toBe('default');
  await turnOn.click();
  await page.getByText(/^The browser refuses notices from this page\./).waitFor();
  expect(await findBarriers(page)).toEqual([]);
  await context.grantPermissions(['notifications'], { origin: farm.url });
  await clickUntilGone(turnOn);
  for (const kind of ['Any job fails', 'A host is silent', /^The queue is stuck/])
    await page.getByRole('group').first().getByLabel(kind).check();
  expect(await findAtWidths(page, 390)).toEqual([]);

  const other = await context.newPage();
  const tabs = [page, other];
  const net = await cuttableNetwork(context);
  for (const tab of tabs) {
    await tab.goto(`${farm.url}/queue`);
    await footer(tab).getByText('● Live').waitFor();
    await tab.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.includes('follow-notices')),
    );
  }
  for (const { id } of (await farm.admin.listJobs.query({ show: 'active' })).jobs)
    await farm.admin.cancelJob.mutate({ id });
  const { id } = await farm.submit('broken', 99, { project: { misbehave: 'fails', frames: 4 } });
  await untilNoticed(tabs, ['Failed: broken']);
  await farm.submit('held_up', 50);
  await waitUntilRendering(farm.admin, 'held_up');
  process.kill(workerPid, 'SIGSTOP');
  try {
    await farm.endLease();
    const stalls = () => farm.sql`update queue_stalls set seen_ms = 599999 returning 1`;
    await waitFor(async () => (await stalls()).length > 0, { what: 'the stall of the queue' });
    await untilNoticed(tabs, ['Failed: broken', 'Queue stuck', 'Silent: render-01']);
    await net.cut();
    await footer(page).getByText('No server').waitFor();
    net.restore();
    await footer(page).getByText('● Live').waitFor({ timeout: 30_000 });
  } finally {
    process.kill(workerPid, 'SIGCONT');
  }
  const all = ['Failed: broken', 'Queue goes on', 'Queue stuck', 'Silent: render-01'];
  expect(await untilNoticed(tabs, all)).toEqual(all);
  await openNotice(tabs, 'Silent: render-01', '/hosts?host=render-01');
  await openNotice(tabs, 'Failed: broken', `/jobs/${id}`);
  await openNotice(tabs, 'Queue stuck', '/queue?show=active');
  expect(errors.filter((error) => !/Failed to load|WebSocket/.test(error))).toEqual([]);
});
