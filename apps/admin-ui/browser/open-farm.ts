import { mkdir } from 'node:fs/promises';
import { type Api, createClient } from '@renderdeck/client';
import { buildPage, startFarm, submitSample } from '@renderdeck/standalone/testing';
import { findChromium, temporaryFolder, testDatabase } from '@renderdeck/testing';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** As root there is no sandbox, and nothing may call home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Before any script of the page: what is blocked from the first byte on is told. */
const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
  tellViolation(effectiveDirective + ' ' + blockedURI))`;

export const PASSWORD = 'an honest long password';

export type OpenFarm = {
  readonly url: string;
  /** An admin over the API. */
  readonly admin: Api;
  /** What any page was kept from by its content security policy: `directive` and what was blocked. */
  readonly violations: string[];
  /** Submits a job that the stand-in renders for minutes. */
  submit(name: string, priority: number): Promise<{ id: string }>;
  /** A fresh browser window, signed in as this user, with everything it complained about. */
  signIn(user: 'admin' | 'vera', options?: Parameters<Browser['newContext']>[0]): Promise<Visit>;
  close(): Promise<void>;
};
export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[];
  /** The policy that came with the page. */
  readonly policy: string;
};

/** The real thing: PostgreSQL, API, one worker with the stand-in, and Chromium in front of the built page. */
export async function openFarm(): Promise<OpenFarm> {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error('Browser tests need Chromium or Chrome; install it or set CHROME_PATH.');
  await buildPage(() => {});
  const folder = await temporaryFolder('browser');
  const database = await testDatabase();
  const config = {
    databaseUrl: database.url,
    host: '127.0.0.1',
    port: 0,
    dataDir: folder.path,
    sessionSecret: null,
    adminUser: 'admin',
    adminPassword: PASSWORD,
    inherited: { ...process.env, RENDERDECK_WORKER_NAME: 'render-01' },
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
    admin,
    violations,
    submit: (name, priority) =>
      submitSample(admin, farm.folders, { name, frames: 3_000, frameMs: 100, priority }),
    async signIn(user, options = {}) {
      const context = await browser.newContext(options);
      await context.exposeBinding('tellViolation', (_source, violation: string) =>
        violations.push(violation),
      );
      await context.addInitScript(TELL_VIOLATIONS);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        // Asking who is there before signing in is answered with 401, which the browser itself logs.
        if (message.type() === 'error' && !message.text().includes('401'))
          complaints.push(message.text());
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(farm.url))
          complaints.push(`asked elsewhere: ${request.url()}`);
      });
      const answer = await page.goto(`${farm.url}/queue`);
      const policy = (await answer?.headerValue('content-security-policy')) ?? '';
      await page.getByLabel('Name').fill(user);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
      return { page, context, complaints, policy };
    },
    async close() {
      await browser.close();
      await farm.stop();
      await database.drop();
      await folder.remove();
    },
  };
}
