import { readFileSync } from 'node:fs';
import type { Api } from '@renderdeck/client';
import { waitFor } from '@renderdeck/testing';
import type { Locator, Page } from 'playwright-core';

/** True while the process executes; a zombie does not. */
export function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Opens a dialog from the row menu of a job. */
export async function openFromMenu(page: Page, job: string, entry: RegExp | string) {
  await page.getByRole('button', { name: `Actions for ${job}` }).click();
  await page.getByRole('menuitem', { name: entry }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
}

/** Clicks until the button is gone: the red button ignores the first 400 ms. */
export function clickUntilGone(button: Locator) {
  return waitFor(async () => {
    if ((await button.count()) === 0) return true;
    await button.click({ timeout: 1_000 }).catch(() => {});
    return false;
  });
}

/** Position and name of each row of the queue. */
export function rows(page: Page) {
  return page
    .locator('tbody tr[data-job]')
    .evaluateAll((all) =>
      all.map((row) => [row.children[0]?.textContent, row.querySelector('a')?.textContent]),
    );
}

/** Switches the colours; the page follows the browser a moment later. */
export async function showIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  const followed = page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`);
  await followed.waitFor({ state: 'attached' });
  // What still fades in or changes its colour is seen at its end.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
        .map(({ finished }) => finished),
    ),
  );
}

/**
 * Sets the width of the window. Returns by how many pixels the page or a dialog is wider. A
 * list may need a moment to turn from a table into cards.
 */
export async function overflowAt(page: Page, width: number): Promise<number> {
  await page.setViewportSize({ width, height: 844 });
  let overflow = 0;
  const fits = async () => {
    overflow = await page.locator('html').evaluate(readOverflow);
    return overflow <= 0;
  };
  await waitFor(fits, { withinMs: 10_000 }).catch(() => {});
  return overflow;
}

function readOverflow(root: HTMLElement): number {
  const dialogs = [...root.querySelectorAll('[role="dialog"]')];
  return Math.max(
    root.scrollWidth - window.innerWidth,
    ...dialogs.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
  );
}

/** Waits until the stand-in renders frames of this job, so that all its processes run. */
export function waitUntilRendering(admin: Api, name: string) {
  return waitFor(
    async () => {
      const { jobs } = await admin.listJobs.query({ show: 'active' });
      const job = jobs.find((candidate) => candidate.name === name);
      return job !== undefined && job.progress > 0 && job.host !== null ? job : null;
    },
    { withinMs: 30_000, what: `${name} to render` },
  );
}
