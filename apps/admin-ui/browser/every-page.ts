import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createApi } from '../src/api/create-api.ts';
import { createAppRouter } from '../src/app/router.tsx';
import { showIn } from './page-actions.ts';

/** What an address may need from the farm behind the page. */
export type Shown = { readonly jobId: string; readonly receipt: number };

/** The address of every page, by its path in the router. */
export const ADDRESSES: Readonly<Record<string, (shown: Shown) => string>> = {
  '/queue': () => '/queue?show=all',
  '/jobs/$id': ({ jobId }) => `/jobs/${jobId}`,
  '/receipts/$number': ({ receipt }) => `/receipts/${receipt}`,
  '/hosts': () => '/hosts',
  '/audit': () => '/audit',
  '/measures': () => '/measures?range=24h',
  '/failures': () => '/failures?range=24h',
  '/access': () => '/access',
  '/submit': () => '/submit',
  '/notices': () => '/notices',
  '/$': () => '/no-such-page',
};

/** Paths without a page of their own: the first leads to the queue, the second needs no session. */
export const NOT_VISITED = ['/', '/sign-in'];

/** Every path that the router knows. */
export function everyPath(): string[] {
  return Object.keys(createAppRouter(createApi([])).routesByPath).sort();
}

/** Resolves when the page shows its content: its heading, and nothing that still loads. */
export async function waitUntilShown(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.page-loads, [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.locator('footer').getByText('Live').waitFor();
}

/** Takes a picture in each scheme. */
export async function takePictures(page: Page, name: string): Promise<void> {
  if (FOLDER === undefined) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await showIn(page, colorScheme);
    await takePicture(page, `${name}-${colorScheme}`);
  }
}

const FOLDER = process.env.RENDERDECK_SCREENSHOTS;

/** Writes a screenshot where `pnpm pictures` asked for them; does nothing in a test run. */
export async function takePicture(page: Page, name: string): Promise<void> {
  if (FOLDER === undefined) return;
  const top = fileURLToPath(new URL('../../../', import.meta.url));
  await page.screenshot({ path: `${top}${FOLDER}/${name}.png` });
}

/** What the browser itself logs for refused, aborted and unanswered requests. */
export const EXPECTED_ERRORS = /Failed to load resource|WebSocket/;
