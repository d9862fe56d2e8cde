/* The page in front of a farm. Long because: its tests share one farm and its jobs. */
import { waitFor } from '@renderdeck/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cuttableNetwork } from './cuttable-network.ts';
import { findBarriers } from './find-barriers.ts';
import { type BrowserFarm, openBrowserFarm, type Visit } from './open-browser-farm.ts';
import {
  clickUntilGone,
  isRunning,
  openFromMenu,
  rows,
  waitUntilRendering,
} from './page-actions.ts';
import { expectInOrder, makeRoom, openStory, SAYS_STOPPED } from './stop-stories.ts';

let farm: BrowserFarm;
beforeAll(async () => {
  farm = await openBrowserFarm();
  for (const [name, priority] of [
    ['spot_0142', 90],
    ['spot_0143', 60],
    ['lower_third', 50],
    ['archive', 10],
  ] as const) {
    await farm.submit(name, priority);
  }
  await waitUntilRendering(farm.admin, 'spot_0142');
}, 120_000);
// No test may violate the content security policy, in any window.
afterEach(() => expect(farm.violations).toEqual([]));
afterAll(() => farm?.close(), 60_000);

describe('the page in front of a real farm', () => {
  it('shows the queue live, and sends no request to another server', async () => {
    const { page, errors } = await farm.signIn('admin');
    await page.locator('footer').getByText('Live').waitFor();
    await page.locator('footer').getByText('Stand-in renderer, not After Effects').waitFor();
    expect(await rows(page)).toEqual([
      ['running', 'spot_0142'],
      ['1', 'spot_0143'],
      ['2', 'lower_third'],
      ['3', 'archive'],
    ]);
    const bar = page.getByRole('progressbar', { name: 'spot_0142' });
    const before = Number(await bar.getAttribute('value'));
    await waitFor(async () => Number(await bar.getAttribute('value')) > before, {
      what: 'live progress',
    });
    await openFromMenu(page, 'spot_0142', /Stop render/);
    await page.keyboard.press('Escape');
    expect(errors).toEqual([]);
  });

  it('stops a rendering job and lists its processes, none of which is left', async () => {
    const { page, errors } = await farm.signIn('admin');
    const dialog = await openFromMenu(page, 'spot_0142', /Stop render/);
    await dialog.getByText('Processes on the host: 3 (nexrender, aerender, AfterFX)').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep rendering');
    await dialog.getByLabel('Reason').fill('wrong version');
    await clickUntilGone(dialog.getByRole('button', { name: 'Stop render' }));
    await dialog
      .getByRole('heading', { name: /^Stopped\. Nothing of this render is running on render-01\./ })
      .waitFor();
    const ended = await dialog
      .locator('tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
      );
    expect(ended.map(([name]) => name).sort()).toEqual(['AfterFX', 'aerender', 'nexrender']);
    if (process.platform === 'linux')
      expect(ended.filter(([, pid]) => isRunning(pid ?? ''))).toEqual([]);
    await dialog.getByText(/files removed/).waitFor();
    await dialog.getByText(/^By /).waitFor();
    await dialog.getByRole('link', { name: /^#\d+$/ }).click();
    await page.getByRole('heading', { level: 1, name: /^Receipt #\d+$/ }).waitFor();
    await page.getByText('admin. Reason: wrong version').waitFor();
    expect(errors).toEqual([]);
  });

  it('says when it is not live, and reconnects', async () => {
    const { page, context } = await farm.signIn('admin');
    const net = await cuttableNetwork(context);
    await page.reload();
    const footer = page.locator('footer');
    await footer.getByText('Live', { exact: false }).waitFor();
    await net.cutLive();
    await footer.getByText('Reconnecting').waitFor();
    await footer.getByText(/Not live since/).waitFor();
    await page.getByText('What you see may be old. Actions still work.').waitFor();
    net.restore();
    await page.getByRole('button', { name: 'Try now' }).click();
    await footer.getByText('● Live').waitFor({ timeout: 60_000 });
  });
});

describe('the content security policy of the page', () => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await farm.signInForAll('vera');
  });

  it('allows only what the page itself loads', () => {
    const { policy } = visit;
    const directives = new Map(
      policy
        .split(';')
        .map((directive) => directive.trim().split(' '))
        .map(([name, ...sources]) => [name, sources]),
    );
    const nonce = expect.stringMatching(/^'nonce-[A-Za-z0-9+/]{22}=='$/);
    expect(Object.fromEntries(directives)).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", nonce],
      // The small pictures of a list come within its answer.
      'img-src': ["'self'", 'data:'],
      'media-src': ["'self'"],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'form-action': ["'self'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
      'object-src': ["'none'"],
    });
    expect(policy.replace("img-src 'self' data:", '')).not.toMatch(/unsafe|[*]|https?:|data:/);
  });

  it('blocks and reports an injected script, and a request to elsewhere', async () => {
    await visit.page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      fetch('https://evil.example/').catch(() => {});`);
    await waitFor(async () => farm.violations.length > 1, { what: 'two violations' });
    expect(farm.violations.splice(0).map((violation) => violation.split(' ')[0])).toEqual([
      'script-src-elem',
      'connect-src',
    ]);
    expect(await visit.page.evaluate(() => 'ran' in window)).toBe(false);
  });
});

describe('a stop that takes longer than expected', () => {
  it('waits for a tree that dies late, and never says Stopped before', async () => {
    await farm.submit('dies_late', 100, {
      project: { misbehave: ['ignores-term', 'escapes'] },
    });
    await makeRoom(farm, 'dies_late');
    const { page, errors } = await farm.signIn('admin');
    const story = await openStory(farm, page, 'dies_late', 3);
    await story.stop();
    await story.dialog.getByRole('heading', { name: /^Stopped\./ }).waitFor();
    await story.dialog
      .getByText(/^killed after/)
      .first()
      .waitFor();
    expectInOrder(story.texts, [/Stop this render\?/, /Stopping… step \d of 6/, SAYS_STOPPED]);
    expect(story.texts.filter((text) => /Not proven|Unknown|Already asked/.test(text))).toEqual([]);
    expect(story.ranWhenStopped).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('says that a render finished first, and never that it was stopped', async () => {
    const held = farm.hold();
    await farm.submit('finishes_first', 100, {
      project: { frames: 10 },
      change: (job, output) => ({
        ...job,
        actions: { postrender: [{ module: '@nexrender/action-copy', output }, held.action] },
      }),
    });
    await makeRoom(farm, 'finishes_first');
    const { page, errors } = await farm.signIn('admin');
    await waitFor(held.isHeld, { what: 'the output to be out' });
    const story = await openStory(farm, page, 'finishes_first', 1);
    // The worker is paused, so that the end of the render and the stop reach it at once.
    process.kill(farm.workerPid, 'SIGSTOP');
    try {
      await held.release();
      await waitFor(() => !story.processes.some(isRunning), { what: 'the render to end' });
      await story.stop();
      await story.dialog.getByRole('heading', { name: /^Stopping…/ }).waitFor();
    } finally {
      process.kill(farm.workerPid, 'SIGCONT');
    }
    await story.dialog
      .getByRole('heading', { name: /^Finished first\. The render ended .* Output kept\.$/ })
      .waitFor();
    expectInOrder(story.texts, [/Stop this render\?/, /Stopping… step \d of 6/, /Finished first/]);
    expect(story.texts.filter((text) => SAYS_STOPPED.test(text))).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe('finding jobs', () => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await farm.signInForAll('admin');
  });

  it('a search that finds nothing here leads to ended jobs, which are sorted', async () => {
    const { page, errors } = visit;
    await page.getByRole('searchbox').fill('finishes_first');
    await page.getByText('1 ended job matches.', { exact: false }).waitFor();
    await page.getByRole('link', { name: 'Show ended' }).click();
    await page.getByRole('link', { name: 'finishes_first' }).waitFor();
    await page.getByRole('button', { name: 'Clear filter' }).click();
    for (const order of ['ascending', 'descending']) {
      await page.getByRole('button', { name: 'Job', exact: true }).click();
      await page.locator(`th[aria-sort="${order}"]`).waitFor();
      await waitFor(async () => isSorted(await names(page), order), { what: order });
    }
    expect(new URL(page.url()).searchParams.get('sort')).toBe('-name');
    expect(errors).toEqual([]);
  });

  it('suggests who submitted; a view keeps the list under a name that commands know', async () => {
    const { page } = visit;
    const all = (await names(page)).length;
    await page.getByRole('searchbox').hover();
    const people = page.getByRole('combobox', { name: 'Submitted by' });
    await people.locator('option').nth(1).waitFor({ state: 'attached' });
    await page.getByRole('link', { name: /^Stopped/ }).click();
    // While another list is loading, there is none.
    let stopped: string[] = [];
    const isThere = async () => {
      stopped = await names(page);
      return stopped.length > 0 && stopped.length < all;
    };
    await waitFor(isThere, { what: 'stopped jobs alone' });
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save or remove views' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('What we stopped');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /^Active/ }).click();
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox', { name: 'Job, host or page' }).fill('what we');
    await page.getByRole('option', { name: /What we stopped/ }).waitFor();
    await page.keyboard.press('Enter');
    await waitFor(async () => String(await names(page)) === String(stopped), { what: 'the view' });
  });

  it('a wrong address keeps the navigation, and a copy says when it failed', async () => {
    const { page } = visit;
    await page.goto(`${farm.url}/receipts/x`);
    await page.getByText('No receipt with this number.', { exact: false }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(1);
    await page.goto(`${farm.url}/receipts/1`);
    await page.getByText(/^Asked on \d+ \w+ \d{4}\. Times in /).waitFor();
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.getByRole('button', { name: 'Copy receipt' }).click();
    await page.getByRole('button', { name: /Not copied: the browser/ }).waitFor();
    await page.goto(`${farm.url}/queue?show=ended&status=CANCELLED`);
  });

  it('a phone shows why, how long and when a job ended', async () => {
    const { page } = visit;
    await page.setViewportSize({ width: 390, height: 844 });
    const card = page.getByRole('listitem').filter({ hasText: 'spot_0142' });
    await card.getByText('admin: wrong version').waitFor();
    await card.getByText(/^took \d/).waitFor();
    await card.locator('time').waitFor();
    expect(await findBarriers(page)).toEqual([]);
  });
});

/** The names of the rows of the list. */
async function names(page: Visit['page']): Promise<string[]> {
  return await page.locator('tbody [data-job] th a').allTextContents();
}

function isSorted(found: readonly string[], order: string): boolean {
  const sorted = [...found].sort();
  const expected = order === 'ascending' ? sorted : sorted.reverse();
  return found.length > 1 && String(found) === String(expected);
}
