import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { showIn } from './page-actions.ts';

/** The rules whose result depends on colours. All others find the same in both schemes. */
const RULES_OF_COLOURS = ['color-contrast', 'link-in-text-block'];
const QUICK: RunOptions = { resultTypes: ['violations'], preload: false };

/** What axe finds wrong with the page as it is now: by all rules in light, by colours in dark. */
export async function findBarriers(page: Page): Promise<string[]> {
  // Axe is large, so it comes once into each document.
  if (await page.evaluate(() => !('axe' in window))) await page.evaluate(axe.source);
  await showIn(page, 'dark');
  const dark = await run(page, { ...QUICK, runOnly: RULES_OF_COLOURS });
  await showIn(page, 'light');
  return [...dark.map((found) => `dark: ${found}`), ...(await run(page, QUICK))];
}

function run(page: Page, options: RunOptions): Promise<string[]> {
  return page.evaluate(async (given) => {
    const { violations } = await window.axe.run(document, given);
    return violations.map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html).join(' ')}`);
  }, options);
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}
