import { randomUUID } from 'node:crypto';
import { buildPage, startFarm } from '@renderdeck/standalone/testing';
import { CHROMIUM_FLAGS, findChromium, temporaryFolder } from '@renderdeck/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { BenchDatabase, BenchFarm } from './bench-farm.ts';
import type { Finding } from './finding.ts';
import { submit, untilJob } from './jobs.ts';

const FARM = { standIn: true, throwAway: true } as const;
const ADMIN = { name: 'bench', password: randomUUID() };

/**
 * Starts a farm with this many waiting jobs and one that renders, and a browser. Returns what
 * `measure` finds, or nothing if no browser is installed.
 */
export async function withPage(
  bench: BenchFarm,
  count: number,
  measure: (browser: Browser, url: string) => Promise<Finding[]>,
): Promise<Finding[]> {
  const executablePath = findChromium();
  if (executablePath === null) {
    process.stderr.write('left out: the page needs Chromium or Chrome.\n');
    return [];
  }
  await buildPage(() => {});
  const database = await bench.database();
  const folder = await temporaryFolder('bench-page');
  const farm = await startFarm(configOf(bench, database, folder.path), FARM, () => {});
  await fill(bench, database, count);
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  try {
    return await measure(browser, farm.url);
  } finally {
    await browser.close();
    await farm.stop();
    await folder.remove();
  }
}

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

/** Signs in with a new page, and returns it when it shows rows. */
export async function openQueue(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/queue`);
  await page.getByLabel('Name').fill(ADMIN.name);
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await firstRow(page).waitFor();
  return page;
}

export function firstRow(page: Page) {
  return page.locator('tbody [data-job]').first();
}
