import type { Page } from 'playwright-core';
import { type Shown, waitUntilShown } from '../every-page.ts';
import { findBarriers } from '../find-barriers.ts';
import type { BrowserFarm } from '../open-browser-farm.ts';
import { overflowAt } from '../page-actions.ts';

export type Tour = ReturnType<typeof startTour>;

const WIDE = { width: 1280, height: 800 };
const OPEN = '[role="dialog"], [role="menu"]';

/**
 * Resolves when a dialog that was closed has left the history of the browser (use-back-closes.ts).
 * That step back would end the loading of another page.
 */
async function waitUntilBack(page: Page): Promise<void> {
  await page.waitForFunction(
    (open) => !window.history.state?.dialog || document.querySelector(open) !== null,
    OPEN,
  );
}

/** A walk through what can open over a page and the states of the pages, in one window. */
export function startTour(page: Page, farm: BrowserFarm, shown: Shown) {
  const found: string[] = [];
  const dialog = page.getByRole('dialog');

  async function checkNarrow(state: string): Promise<void> {
    const overflow = await overflowAt(page, 320);
    if (overflow > 0) found.push(`${state}: ${overflow} px too wide at 320`);
    await page.setViewportSize(WIDE);
  }
  /** Presses a button, or an entry of a menu. */
  const press = (name: string | RegExp): Promise<void> => {
    const button = page.getByRole('button', { name, exact: true });
    return button
      .or(page.getByRole('menuitem', { name, exact: true }))
      .first()
      .click();
  };
  return {
    page,
    farm,
    shown,
    /** All that was found wrong. */
    found,
    /** Opens this address, unless the page is there. */
    async goTo(address: string): Promise<void> {
      if (page.url() === `${farm.url}${address}`) return;
      await waitUntilBack(page);
      await page.goto(`${farm.url}${address}`);
      await waitUntilShown(page);
    },
    press,
    /** Opens a dialog from the row menu of a job in the queue. */
    async openFromMenu(job: string, entry: RegExp | string): Promise<void> {
      await press(`Actions for ${job}`);
      await page.getByRole('menuitem', { name: entry }).click();
      await dialog.waitFor();
    },
    /** Notes what is wrong with what is open now. */
    async check(state: string): Promise<void> {
      found.push(...(await findBarriers(page)).map((barrier) => `${state}, ${barrier}`));
      // A menu closes when its list turns into cards.
      const hasMenu = (await page.getByRole('menu').count()) > 0;
      if (!hasMenu && page.viewportSize()?.width === WIDE.width) await checkNarrow(state);
    },
    /** Closes what is open. */
    async close(): Promise<void> {
      await page.keyboard.press('Escape');
      await page.locator(OPEN).first().waitFor({ state: 'detached' });
    },
  };
}

/** A visit that presses these, checks what opens, and closes it. */
export function visitOf(address: string, state: string, ...pressed: readonly (string | RegExp)[]) {
  return async ({ page, goTo, press, check, close }: Tour): Promise<void> => {
    await goTo(address);
    for (const name of pressed) await press(name);
    await page.locator(OPEN).first().waitFor();
    await check(state);
    await close();
  };
}
