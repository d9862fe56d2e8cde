import { waitFor } from '@renderdeck/testing';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { overflowAt, showIn } from './page-actions.ts';

/** A chart and the heat of the hosts are read by the mouse and by keys, in both themes. */
export async function expectCharts(page: Page): Promise<void> {
  const chart = page.getByRole('slider', { name: 'Ends by hour' });
  const said = () => chart.getAttribute('aria-valuetext');
  await chart.focus();
  await page.keyboard.press('Home');
  const first = await said();
  expect(first).toMatch(/^\d\d:00 to \d\d:00: \d+ finished/);
  await chart.getByText(String(first)).waitFor();
  await page.keyboard.press('ArrowRight');
  expect(await said()).not.toBe(first);
  await chart.blur();

  const shownLast = await said();

  const canvas = chart.locator('canvas').first();
  const box = (await canvas.boundingBox()) ?? expect.fail('The chart is not shown.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await waitFor(async () => (await said()) !== shownLast, { what: 'the hour under the mouse' });
  await page.mouse.move(0, 0);
  await waitFor(async () => (await said()) === shownLast, { what: 'no hour under the mouse' });

  const heat = page.getByRole('slider', { name: 'Host use' });
  await heat.locator('[data-row="0"][data-column="3"]').hover();
  await heat.getByText(/^.+, \d\d:00 to \d\d:00: (?:\d+ %|off)/).waitFor();

  for (const scheme of ['dark', 'light'] as const) {
    await showIn(page, scheme);
    await waitFor(() => canvas.evaluate(hasFillOfTheme), { what: `bars in the ${scheme} theme` });
  }
  // 200 % zoom of 1440 px.
  expect(await overflowAt(page, 720)).toBeLessThanOrEqual(0);
}

/** Whether the canvas has a pixel of the fill of finished renders, as the theme has it now. */
function hasFillOfTheme(canvas: SVGElement | HTMLElement): boolean {
  if (!(canvas instanceof HTMLCanvasElement)) return false;
  const style = getComputedStyle(document.documentElement);
  const fill = Number.parseInt(style.getPropertyValue('--rd-fill-finished').trim().slice(1), 16);
  const { data = [] } =
    canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
  for (let at = 0; at < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]];
    if ((red << 16) + (green << 8) + blue === fill && data[at + 3] === 255) return true;
  }
  return false;
}
