import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { overflowAt, showIn } from './page-actions.ts';

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

/** The same, also in windows of these widths, and how much too wide the page is there. */
export async function findAtWidths(page: Page, ...widths: readonly number[]): Promise<string[]> {
  const found = await findBarriers(page);
  for (const width of widths) {
    const overflow = await overflowAt(page, width);
    if (overflow > 0) found.push(`${overflow} px too wide at ${width}`);
    found.push(...(await findBarriers(page)));
  }
  return found;
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
