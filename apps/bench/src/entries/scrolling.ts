/*
 * Measures how smoothly the page scrolls through a queue of 100,000 jobs: the time between two
 * frames while each frame scrolls on. An empty page of the same height takes turns with it in the
 * same browser, because the speed of the machine and its screen limits both.
 */
import { randomUUID } from 'node:crypto';
import { buildPage, startFarm } from '@renderdeck/standalone/testing';
import { findChromium, temporaryFolder, waitFor } from '@renderdeck/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { BenchDatabase, BenchFarm } from '../bench-farm.ts';
import { type Finding, round, timed } from '../finding.ts';
import { submit, untilJob } from '../jobs.ts';
import { quantile } from '../numbers.ts';
import type { Sizes } from '../sizes.ts';

/** The number of jobs, and of turns. */
const SIZES = { full: [100_000, 10], quick: [5000, 1], tiny: [5000, 1] } as const;
const ROW_PX = 33;
const STEP_PX = 120;
const FRAMES = 300;
const MOST_MS = 20;
const ADMIN = { name: 'bench', password: randomUUID() };

export async function measureScrolling(bench: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const [count, rounds] = SIZES[name];
  const executablePath = findChromium();
  if (executablePath === null) {
    process.stderr.write('left out: scrolling needs Chromium or Chrome.\n');
    return [];
  }
  await buildPage(() => {});
  const database = await bench.database();
  const folder = await temporaryFolder('bench-page');
  const farm = await startFarm(configOf(bench, database, folder.path), FARM, () => {});
  await fill(bench, database, count);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const [empty, queue] = [await openEmpty(browser, count), await openQueue(browser, farm.url)];
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
  } finally {
    await browser.close();
    await farm.stop();
    await folder.remove();
  }
}

const FARM = { standIn: true, throwAway: true } as const;

function configOf({ folders }: BenchFarm, { url }: BenchDatabase, dataDir: string) {
  return {
    databaseUrl: url,
    host: '127.0.0.1',
    port: 0,
    dataDir,
    sessionSecret: null,
    adminUser: ADMIN.name,
    adminPassword: ADMIN.password,
    inherited: {
      ...process.env,
      RENDERDECK_ASSET_ROOTS: folders.assets,
      RENDERDECK_OUTPUT_ROOTS: folders.output,
    },
  };
}

/** One job renders for minutes, so that the worker claims none of the others. */
async function fill(bench: BenchFarm, database: BenchDatabase, count: number): Promise<void> {
  const { sql } = database;
  const id = await submit(database, await bench.sample({ frames: 6_000, frameMs: 100 }));
  await untilJob(database, id, 'rendering', ({ status }) => status === 'RENDERING');
  await sql`INSERT INTO jobs (id, name, priority, max_attempts, submitted_by)
    SELECT gen_random_uuid(), 'shot_' || lpad(n::text, 6, '0'), 50, 3, 'bench'
    FROM generate_series(1, ${count}::int) n`;
  await sql`SELECT queue_recount()`;
  await sql`VACUUM ANALYZE jobs`;
}

async function openEmpty(browser: Browser, count: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.setContent(`<div style="height: ${count * ROW_PX}px"></div>`);
  return page;
}

async function openQueue(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/queue`);
  await page.getByLabel('Name').fill(ADMIN.name);
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('tbody [data-job]').first().waitFor();
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
