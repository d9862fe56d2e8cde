import { waitFor } from '@renderdeck/testing';
import type { BrowserContext, Page } from 'playwright-core';

declare global {
  interface Window {
    kept: Notification[];
  }
}

/**
 * The browser shows its notices, and the test reads and clicks them. No tab sees what another one
 * stored, because a browser may show that late. Before a page is opened.
 */
export async function keepNotices(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.kept = [];
    const getItem = Storage.prototype.getItem;
    Storage.prototype.getItem = function (key) {
      return key === 'renderdeck.told' ? null : getItem.call(this, key);
    };
    window.Notification = class extends window.Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        window.kept.push(this);
      }
    };
  });
}

/** Waits until the tabs together have shown these titles, and fails if they show one twice. */
export async function untilNoticed(tabs: readonly Page[], titles: readonly string[]) {
  let shown: string[] = [];
  await waitFor(
    async () => {
      const perTab = tabs.map((tab) => tab.evaluate(() => window.kept.map(({ title }) => title)));
      shown = (await Promise.all(perTab)).flat().sort();
      if (new Set(shown).size < shown.length) throw new Error(`One came twice: ${shown.join()}`);
      const missing = titles.filter((title) => !shown.includes(title));
      if (missing.length > 0)
        throw new Error(`Not shown: ${missing.join()}. Shown: ${shown.join()}`);
      return true;
    },
    { withinMs: 90_000, what: `the notices ${titles.join()}` },
  );
  return shown;
}

/** Clicks a notice in the tab that showed it, and waits until that tab has this address. */
export async function openNotice(tabs: readonly Page[], title: string, address: string) {
  for (const tab of tabs) {
    const isHere = await tab.evaluate((wanted) => {
      const found = window.kept.find((notice) => notice.title === wanted);
      return found?.dispatchEvent(new Event('click')) !== undefined;
    }, title);
    if (isHere) return await tab.waitForURL(`**${address}`);
  }
  throw new Error(`No tab showed ${title}.`);
}
