import { AxeBuilder } from '@axe-core/playwright';
import { waitFor } from '@renderdeck/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FORBIDDEN_CONTENT } from './forbidden-content.ts';
import { type OpenFarm, openFarm, type Visit } from './open-farm.ts';
import {
  clickUntilGone,
  horizontalOverflow,
  isRunning,
  openFromMenu,
  rows,
  waitUntilRendering,
} from './page-actions.ts';

let farm: OpenFarm;
beforeAll(async () => {
  farm = await openFarm();
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
    const { page, context, errors } = await farm.signIn('admin');
    await page.locator('footer').getByText('Live').waitFor();
    await page.locator('footer').getByText('Stand-in renderer, not After Effects').waitFor();
    expect(await rows(page)).toEqual([
      ['▶running', 'spot_0142'],
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
    await context.close();
  });

  it('raises a priority and shows the position before and after', async () => {
    const { page, context } = await farm.signIn('admin');
    const dialog = await openFromMenu(page, 'archive', /Change priority/);
    await dialog.getByRole('spinbutton').fill('80');
    await dialog.getByText('Position 3 → 1').waitFor();
    await dialog.getByText('Overtakes 2 jobs.').waitFor();
    await dialog.getByRole('button', { name: 'Set priority' }).click();
    await dialog.getByText(/Position 1 instead of 3\./).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Actions for archive' }).press('u');
    await waitFor(async () => (await rows(page))[1]?.[1] === 'archive', {
      what: 'archive at position 1',
    });
    await context.close();
  });

  it('names who changed the job meanwhile, and can set the priority anyway', async () => {
    const { page, context } = await farm.signIn('admin');
    const dialog = await openFromMenu(page, 'lower_third', /Change priority/);
    await dialog.getByRole('spinbutton').fill('70');
    const { jobs } = await farm.admin.listJobs.query({ show: 'active' });
    const { id = '' } = jobs.find(({ name }) => name === 'lower_third') ?? {};
    await farm.admin.setPriority.mutate({ id, priority: 55 });
    await dialog.getByRole('button', { name: 'Set priority' }).click();
    await dialog.getByText(/^admin set 55 at \d\d:\d\d:\d\d\.$/).waitFor();
    await dialog.getByRole('button', { name: 'Set 70 anyway' }).click();
    await dialog.getByText('Priority 70.').waitFor();
    await context.close();
  });

  it('stops a rendering job and lists its processes, none of which is left', async () => {
    const { page, context, errors } = await farm.signIn('admin');
    const dialog = await openFromMenu(page, 'spot_0142', /Stop render/);
    await dialog.getByText('3 processes: nexrender, aerender, AfterFX').waitFor();
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
    await dialog.getByRole('link', { name: 'on the job’s page' }).click();
    await page.getByRole('heading', { level: 1, name: 'spot_0142' }).waitFor();
    await page.getByText('admin, reason: wrong version').waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });

  it('offers a viewer no actions', async () => {
    const { page, context } = await farm.signIn('vera');
    await page.getByText('View only. Ask admin to change jobs.').waitFor();
    expect(await page.getByRole('button', { name: /^Actions/ }).count()).toBe(0);
    await context.close();
  });

  it('says when it is not live, and reconnects', async () => {
    const { page, context } = await farm.signIn('admin');
    let blocked = false;
    const sockets = new Set<{ close(): Promise<void> }>();
    await page.routeWebSocket(/\/trpc/, (socket) => {
      if (blocked) return void socket.close();
      socket.connectToServer();
      sockets.add(socket);
    });
    await page.reload();
    const footer = page.locator('footer');
    await footer.getByText('Live', { exact: false }).waitFor();
    blocked = true;
    for (const socket of sockets) await socket.close();
    await footer.getByText('Reconnecting').waitFor();
    await footer.getByText(/Not live since/).waitFor();
    await page.getByText('What you see may be old. Actions still work.').waitFor();
    blocked = false;
    await page.getByRole('button', { name: 'Try now' }).click();
    await footer.getByText('● Live').waitFor({ timeout: 20_000 });
    await context.close();
  });
});

describe('the content security policy of the page', () => {
  let visit: Visit;
  beforeAll(async () => {
    visit = await farm.signIn('vera');
  });
  afterAll(() => visit?.context.close());

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
      'img-src': ["'self'"],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'form-action': ["'self'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
      'object-src': ["'none'"],
    });
    expect(policy).not.toMatch(/unsafe|[*]|https?:|data:/);
  });

  it.each(FORBIDDEN_CONTENT)(
    '$what that is injected is blocked and reported',
    async ({ directive, code }) => {
      await visit.page.evaluate(code);
      await waitFor(async () => farm.violations.length > 0, { what: 'a violation' });
      expect(farm.violations.splice(0).map((violation) => violation.split(' ')[0])).toEqual([
        directive,
      ]);
      expect(await visit.page.evaluate(() => 'ran' in window)).toBe(false);
    },
  );
});

describe.each(['light', 'dark'] as const)('in the %s scheme', (colorScheme) => {
  it('has no accessibility violation in any state', async () => {
    const { page, context } = await farm.signIn('admin', {
      colorScheme,
      viewport: { width: 1280, height: 800 },
    });
    const check = async (state: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(
          ({ id, nodes }) => `${state}: ${id} ${nodes.map(({ html }) => html).join(' ')}`,
        ),
      ).toEqual([]);
    };
    await check('queue');
    const name = (await rows(page))[0]?.[1] ?? '';
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menu').waitFor();
    await check('row menu');
    await page.keyboard.press('Escape');
    await openFromMenu(page, name, /Stop render/);
    await check('stop dialog');
    await page.keyboard.press('Escape');
    const waiting = (await rows(page))[1]?.[1] ?? '';
    const dialog = await openFromMenu(page, waiting, /Change priority/);
    await dialog.getByText(/Same position/).waitFor();
    await dialog.getByRole('spinbutton').fill('500');
    await check('priority dialog');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Ended' }).click();
    await openFromMenu(page, 'spot_0142', 'See receipt');
    await check('receipt');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'spot_0142' }).click();
    await page.getByRole('heading', { level: 1, name: 'spot_0142' }).waitFor();
    await check('job page');
    await page.getByRole('button', { name: /admin/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
    await check('user menu');
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Name').waitFor();
    await check('sign-in');
    await context.close();
  });
});

it.each([320, 390])('never scrolls sideways at %i px', async (width) => {
  const { page, context } = await farm.signIn('admin', { viewport: { width, height: 844 } });
  await page.locator('footer').getByText('Live').waitFor();
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  await page.getByRole('link', { name: 'Ended' }).click();
  await openFromMenu(page, 'spot_0142', 'See receipt');
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'spot_0142' }).click();
  await page.getByRole('heading', { level: 1, name: 'spot_0142' }).waitFor();
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  await context.close();
});
