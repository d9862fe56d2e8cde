/*
 * Stops that take longer than expected. Each text of the dialog and of the row is compared
 * with what was true when the page showed it: "Stopped" only when no process was left.
 */
import { waitFor } from '@renderdeck/testing';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { BrowserFarm } from './open-browser-farm.ts';
import { clickUntilGone, isRunning, openFromMenu, waitUntilRendering } from './page-actions.ts';
import { hearPage } from './said-on-page.ts';

/** What the page may show only after the proof: the word as a status or as a verdict. */
export const SAYS_STOPPED = /\bStopped\b/;

/**
 * Opens the question about a render, once this many of its processes are known. Records every text
 * of the page from then on.
 */
export async function openStory(
  farm: BrowserFarm,
  page: Page,
  name: string,
  leastProcesses: number,
) {
  const { id } = await waitUntilRendering(farm.admin, name);
  const processes = await waitFor(
    async () => {
      const { attempts } = await farm.admin.getJob.query({ id });
      const seen = attempts[0]?.processes ?? [];
      return seen.length >= leastProcesses ? seen.map(({ pid }) => String(pid)) : null;
    },
    { what: `the processes of ${name}` },
  );
  await page.locator(`[data-job="${id}"]`).waitFor();
  const ranWhenStopped: string[] = [];
  const texts = await hearPage(
    page,
    [`[data-job="${id}"]`, '[role="dialog"]'],
    (text) => SAYS_STOPPED.test(text) && ranWhenStopped.push(...processes.filter(isRunning)),
  );
  const dialog = await openFromMenu(page, name, /Stop render/);
  return {
    processes,
    dialog,
    texts,
    /** Processes of the render that ran while the page said that it was stopped. */
    ranWhenStopped,
    /** Asks to stop it. */
    stop: () => clickUntilGone(dialog.getByRole('button', { name: 'Stop render' })),
  };
}

/** Ends the renders that take the slot. */
export async function makeRoom({ admin }: BrowserFarm, except: string): Promise<void> {
  const { jobs } = await admin.listJobs.query({ show: 'active' });
  for (const { id, name, host } of jobs)
    if (host !== null && name !== except) await admin.cancelJob.mutate({ id });
}

/** Each of these texts was shown, in this order. */
export function expectInOrder(texts: readonly string[], wanted: readonly RegExp[]): void {
  const firsts = wanted.map((pattern) => texts.findIndex((text) => pattern.test(text)));
  expect(firsts, texts.join('\n')).not.toContain(-1);
  expect(firsts).toEqual([...firsts].sort((one, other) => one - other));
}
