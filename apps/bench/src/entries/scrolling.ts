/*
 * Measures how smoothly the page scrolls through a queue of 100,000 jobs: the time between two
 * frames while each frame scrolls on. An empty page of the same height takes turns with it in the
 * same browser, because the speed of the machine and its screen limits both.
 */
import { waitFor } from '@renderdeck/testing';
import type { Browser, Page } from 'playwright-core';
import type { BenchFarm } from '../bench-farm.ts';
import { type Finding, round, timed } from '../finding.ts';
import { quantile } from '../numbers.ts';
import { openQueue, withPage } from '../page.ts';
import type { Sizes } from '../sizes.ts';

/** The number of jobs, and of turns. */
const SIZES = { full: [100_000, 10], quick: [5000, 1], tiny: [5000, 1] } as const;
const ROW_PX = 36;
const STEP_PX = 120;
const FRAMES = 300;
const MOST_MS = 20;

export function measureScrolling(bench: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const [count, rounds] = SIZES[name];
  return withPage(bench, count, async (browser, url) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const [empty, queue] = [await openEmpty(browser, count), await openQueue(context, url)];
    const taken: Taken = { empty: [], queue: [] };
    for (let round = 0; round < rounds; round += 1) {
      // The browser draws frames only for the page in front.
      await empty.bringToFront();
      taken.empty.push(...(await scroll(empty, round)));
      await queue.bringToFront();
      taken.queue.push(...(await scroll(queue, round)));
    }
    await expectRows(queue, rounds);
    return compare(taken, count);
  });
}

async function openEmpty(browser: Browser, count: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.setContent(`<div style="height: ${count * ROW_PX}px"></div>`);
  return page;
}

/** Runs in the page. Returns the times between frames, in ms, while each frame scrolls on. */
const SCROLL = `async (from) => {
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  window.scrollTo(0, from);
  const taken = [];
  let before = await nextFrame();
  for (let frame = 1; frame <= ${FRAMES}; frame += 1) {
    window.scrollTo(0, from + frame * ${STEP_PX});
    const now = await nextFrame();
    taken.push(now - before);
    before = now;
  }
  return taken;
}`;

function scroll(page: Page, round: number): Promise<number[]> {
  return page.evaluate<number[]>(`(${SCROLL})(${round * FRAMES * STEP_PX})`);
}

/** Checks that the table drew rows: without rows it would be as fast as an empty page. */
async function expectRows(queue: Page, rounds: number): Promise<void> {
  const least = Math.floor((rounds * FRAMES * STEP_PX) / ROW_PX / 2);
  const last = queue.locator('tbody [data-job]').last();
  await waitFor(async () => Number(await last.getAttribute('data-index')) >= least, {
    what: `row ${least} or a later one`,
  });
}

type Taken = Readonly<Record<'empty' | 'queue', number[]>>;

function compare({ empty, queue }: Taken, count: number): Finding[] {
  const [alone, list] = [quantile(empty, 0.95), quantile(queue, 0.95)];
  return [
    timed('frame while an empty page scrolls', empty, { ratio: `p95 ${round(alone)} ms` }),
    timed(`frame while ${count / 1000}k jobs scroll`, queue, {
      ratio: `p95 ${round(list)} ms, ${round(list / alone)} × the empty page`,
      target: `p95 ≤ ${MOST_MS} ms`,
      met: list <= MOST_MS,
    }),
  ];
}
