/*
 * Measures the first visit of somebody who is signed in, with an empty cache, a slow processor and
 * a slow network: the time from the address to the first row, how many requests, and the bytes.
 * Chromium itself slows the page down. An empty page takes turns with it, as the least possible.
 */
import type { Browser, BrowserContext, CDPSession } from 'playwright-core';
import type { BenchFarm } from '../bench-farm.ts';
import { counted, type Finding, round, timed } from '../finding.ts';
import { median, time } from '../numbers.ts';
import { firstRow, openQueue, withPage } from '../page.ts';
import type { Sizes } from '../sizes.ts';

/** The number of jobs, and of turns. */
const SIZES = { full: [5000, 15], quick: [1000, 5], tiny: [100, 1] } as const;
/** Rows of a queue of 5,000 jobs, at 6.4 Mbit/s. */
const SLOW = { cpu: 4, bytesPerS: 800_000, latencyMs: 20 } as const;
const MOST = { firstRowMs: 1500, requests: 12, kB: 220 } as const;
const VIEWPORT = { width: 1440, height: 900 } as const;

export function measureFirstVisit(bench: BenchFarm, { name }: Sizes): Promise<Finding[]> {
  const [count, rounds] = SIZES[name];
  return withPage(bench, count, async (browser, url) => {
    const signedIn = await browser.newContext({ viewport: VIEWPORT });
    await (await openQueue(signedIn, url)).close();
    const visits: Visit[] = [];
    const empty: number[] = [];
    for (let turn = 0; turn < rounds; turn += 1) {
      empty.push((await visit(browser, signedIn, `${url}/healthz`, false)).ms);
      visits.push(await visit(browser, signedIn, `${url}/queue`, true));
    }
    return describe(visits, empty);
  });
}

type Visit = { readonly ms: number; readonly requests: number; readonly bytes: number };

/** Opens the address with the session of this context and nothing else of it. */
async function visit(
  browser: Browser,
  signedIn: BrowserContext,
  address: string,
  hasRows: boolean,
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    storageState: await signedIn.storageState(),
  });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const counts = await countVisit(devtools);
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: SLOW.latencyMs,
    downloadThroughput: SLOW.bytesPerS,
    uploadThroughput: SLOW.bytesPerS,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW.cpu });
  const ms = await time(async () => {
    await page.goto(address, { waitUntil: 'commit' });
    if (hasRows) await firstRow(page).waitFor();
  });
  // What comes after the rows belongs to the visit too.
  await page.waitForLoadState('networkidle');
  await context.close();
  return { ms, ...counts };
}

/** Counts what comes before the rows and with them. Parts that are loaded ahead do not count. */
async function countVisit(devtools: CDPSession): Promise<Omit<Visit, 'ms'>> {
  const counts = { requests: 0, bytes: 0 };
  const ahead = new Set<string>();
  let [rows, hasRows] = ['', false];
  devtools.on('Network.requestWillBeSent', ({ requestId, request: { url } }) => {
    if (url.includes('listJobs')) rows ||= requestId;
    if (hasRows && url.includes('/assets/')) ahead.add(requestId);
    else counts.requests += 1;
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    hasRows ||= requestId === rows;
    if (!ahead.has(requestId)) counts.bytes += encodedDataLength;
  });
  await devtools.send('Network.enable');
  return counts;
}

function describe(visits: readonly Visit[], empty: readonly number[]): Finding[] {
  const shown = visits.map(({ ms }) => ms);
  const kB = median(visits.map(({ bytes }) => bytes)) / 1000;
  const requests = median(visits.map((one) => one.requests));
  return [
    timed('an answer without a page', empty),
    timed('first row', shown, {
      ratio: `${round(median(shown) / median(empty))} × the answer alone`,
      target: `≤ ${MOST.firstRowMs} ms`,
      met: median(shown) <= MOST.firstRowMs,
    }),
    counted('bytes over the network', `${round(kB)} kB`, {
      target: `≤ ${MOST.kB} kB`,
      met: kB <= MOST.kB,
    }),
    counted('requests', String(requests), {
      target: `≤ ${MOST.requests}`,
      met: requests <= MOST.requests,
    }),
  ];
}
