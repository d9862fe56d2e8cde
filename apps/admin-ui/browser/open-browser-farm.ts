import { createClient } from '@renderdeck/client';
import { buildPage, type Submission, startFarmUnderTest } from '@renderdeck/standalone/testing';
import { CHROMIUM_FLAGS, findChromium, temporaryFolder } from '@renderdeck/testing';
import { writeHoldAction } from '@renderdeck/testing/hold-action';
import { openSql } from '@renderdeck/testing/open-sql';
import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { onTestFinished } from 'vitest';

/** Runs before any script of the page, so that no violation is missed. */
const REPORT_VIOLATIONS = `
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    reportViolation(effectiveDirective + ' ' + blockedURI))`;

const WIDE = { viewport: { width: 1440, height: 900 } };
const PASSWORD = 'an honest long password';

type User = 'admin' | 'vera';
export type BrowserFarm = Awaited<ReturnType<typeof openBrowserFarm>>;
export type Visit = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Page errors, console errors, and requests to another server. */
  readonly errors: string[];
  /** The content security policy of the page. */
  readonly policy: string;
};

/**
 * Starts the API as a program, one worker with the stand-in, and Chromium. Long because: it is the
 * list of what a test of the page may do.
 */
export async function openBrowserFarm(env: Readonly<Record<string, string>> = {}) {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error('Browser tests need Chromium or Chrome; install it or set CHROME_PATH.');
  await buildPage(() => {});
  const folder = await temporaryFolder('browser');
  const { module, hold } = await writeHoldAction(folder.path);
  const shared = { RENDERDECK_ACTIONS: `@nexrender/action-copy,${module}`, ...env };
  const farm = await startFarmUnderTest(shared, {
    api: { RENDERDECK_ADMIN_USER: 'admin', RENDERDECK_ADMIN_PASSWORD: PASSWORD, ...shared },
  });
  const startWorker = () => farm.startWorker('render-01');
  const worker = await startWorker();
  const client = createClient({ url: farm.url });
  await client.signIn('admin', PASSWORD);
  const admin = client.api;
  await admin.createUser.mutate({ name: 'vera', role: 'viewer', password: PASSWORD });
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] });
  const violations: string[] = [];
  const sql = openSql(farm.database.url, 1);

  /** A fresh browser window, signed in as this user. */
  async function signInForAll(user: User, options: BrowserContextOptions = WIDE): Promise<Visit> {
    const context = await browser.newContext(options);
    await context.exposeBinding('reportViolation', (_source, violation: string) =>
      violations.push(violation),
    );
    await context.addInitScript(REPORT_VIOLATIONS);
    return signIn(context, farm.url, user);
  }
  return {
    url: farm.url,
    /** The database, as its owner. */
    sql,
    /** Where jobs may publish, and the API may read. */
    outputFolder: farm.folders.output,
    /** An admin over the API. */
    admin,
    /** The process of the first worker. */
    workerPid: worker.pid,
    /** Starts the worker again, after it was killed. */
    startWorker,
    /** Lets the lease of the worker run out, which is killed or frozen. */
    endLease: () => farm.endLease('render-01'),
    /** Every violation of the content security policy: the directive and what was blocked. */
    violations,
    /** Submits a job that the stand-in renders for half an hour, longer than any test file. */
    submit: (name: string, priority: number, { project, ...more }: More = {}) =>
      farm.submit({
        name,
        priority,
        project: { frames: 3_000, frameMs: 600, ...project },
        ...more,
      }),
    /** A last step of a render that waits for its release. */
    hold,
    /** A window until the end of the test. */
    async signIn(user: User, options?: BrowserContextOptions): Promise<Visit> {
      const visit = await signInForAll(user, options);
      onTestFinished(() => visit.context.close());
      return visit;
    },
    signInForAll,
    /** A fresh browser window. */
    newContext: (options: BrowserContextOptions) => browser.newContext(options),
    async close() {
      await browser.close();
      await sql.end();
      await farm.close();
      await folder.remove();
    },
  };
}
type More = Pick<Submission, 'project' | 'change'>;

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
