import { mkdir } from 'node:fs/promises';
import { type Api, createClient } from '@renderdeck/client';
import { buildPage, startFarm, submitRender } from '@renderdeck/standalone/testing';
import { findChromium, temporaryFolder, testDatabase } from '@renderdeck/testing';
import { type Hold, writeHoldAction } from '@renderdeck/testing/hold-action';
import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

/** Chromium has no sandbox as root; the other flags stop its own network requests. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Runs before any script of the page, so that no violation is missed. */
const REPORT_VIOLATIONS = `
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    reportViolation(effectiveDirective + ' ' + blockedURI))`;

const PASSWORD = 'an honest long password';

type User = 'admin' | 'vera';
export type OpenFarm = {
  readonly url: string;
  readonly databaseUrl: string;
  /** An admin over the API. */
  readonly admin: Api;
  /** Every violation of the content security policy: the directive and what was blocked. */
  readonly violations: string[];
  /** The worker's own process. */
  readonly workerPid: number;
  /** Submits a job that the stand-in renders for minutes. */
  submit(name: string, priority: number, render?: Render): Promise<{ id: string }>;
  /** A last step of a render that waits for its release. */
  hold(): Hold;
  /** A fresh browser window, signed in as this user. */
  signIn(user: User, options?: BrowserContextOptions): Promise<Visit>;
  close(): Promise<void>;
};
export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Page errors, console errors, and requests to another server. */
  readonly errors: string[];
  /** The content security policy of the page. */
  readonly policy: string;
};

/** How a render differs from one that goes well for minutes. */
export type Render = Partial<
  Pick<Parameters<typeof submitRender>[2], 'frames' | 'misbehave' | 'lastAction'>
>;

export type OpenFarmOptions = {
  /** Settings of the API and the worker. */
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts PostgreSQL, the API, one worker with the stand-in, and Chromium. */
export async function openFarm({ env = {} }: OpenFarmOptions = {}): Promise<OpenFarm> {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error('Browser tests need Chromium or Chrome; install it or set CHROME_PATH.');
  await buildPage(() => {});
  const folder = await temporaryFolder('browser');
  const database = await testDatabase();
  const { module, hold } = await writeHoldAction(folder.path);
  const config = {
    databaseUrl: database.url,
    host: '127.0.0.1',
    port: 0,
    dataDir: folder.path,
    sessionSecret: null,
    adminUser: 'admin',
    adminPassword: PASSWORD,
    inherited: {
      ...process.env,
      // A busy machine is no reason to refuse here.
      RENDERDECK_MAX_DELAY_MS: '0',
      RENDERDECK_WORKER_NAME: 'render-01',
      RENDERDECK_ACTIONS: `@nexrender/action-copy,${module}`,
      ...env,
    },
  };
  const farm = await startFarm(config, { standIn: true, throwAway: true }, () => {});
  await mkdir(farm.folders.samples, { recursive: true });
  const client = createClient({ url: farm.url });
  await client.signIn('admin', PASSWORD);
  const admin = client.api;
  await admin.createUser.mutate({ name: 'vera', role: 'viewer', password: PASSWORD });
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const violations: string[] = [];

  return {
    url: farm.url,
    databaseUrl: database.url,
    admin,
    workerPid: farm.worker().pid,
    violations,
    submit: (name, priority, render = {}) =>
      submitRender(admin, farm.folders, { name, frames: 3_000, frameMs: 100, priority, ...render }),
    hold,
    async signIn(user, options = {}) {
      const context = await browser.newContext(options);
      await context.exposeBinding('reportViolation', (_source, violation: string) =>
        violations.push(violation),
      );
      await context.addInitScript(REPORT_VIOLATIONS);
      return signIn(context, farm.url, user);
    },
    async close() {
      await browser.close();
      await farm.stop();
      await database.drop();
      await folder.remove();
    },
  };
}

async function signIn(context: BrowserContext, url: string, user: User): Promise<Visit> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // Before sign-in the server answers `me` with 401, and the browser logs that as an error.
    if (message.type() === 'error' && !message.text().includes('401')) errors.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) errors.push(`request to elsewhere: ${request.url()}`);
  });
  const answer = await page.goto(`${url}/queue`);
  const policy = (await answer?.headerValue('content-security-policy')) ?? '';
  await page.getByLabel('Name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
  return { page, context, errors, policy };
}
