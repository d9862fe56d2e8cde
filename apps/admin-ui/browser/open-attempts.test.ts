import { AxeBuilder } from '@axe-core/playwright';
import { openSql } from '@renderdeck/testing/open-sql';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type OpenFarm, openFarm } from './open-farm.ts';
import { horizontalOverflow, waitUntilRendering } from './page-actions.ts';

let farm: OpenFarm;
beforeAll(async () => {
  farm = await openFarm();
  await farm.submit('spot_0142', 90);
  await waitUntilRendering(farm.admin, 'spot_0142');
  await loseAttempt((await farm.submit('requeued', 50)).id);
}, 120_000);
afterEach(() => expect(farm.violations).toEqual([]));
afterAll(() => farm?.close(), 60_000);

/** The queued job was rendered on ae-03, past the gate, until that host fell silent. */
async function loseAttempt(id: string): Promise<void> {
  const sql = openSql(farm.databaseUrl, 1);
  await sql`
    insert into render_hosts (name, worker_id, boot_id, pid, start_token, slots, version, platform,
      renderer, stand_in, container, lease_ms, last_heard_at)
    values ('ae-03', gen_random_uuid(), 'boot', 1, '1', 1, '0.1.0', 'linux x64', 'aerender 25.0',
      false, 'cgroup', 30000, clock_timestamp() - interval '1 hour')`;
  await sql`
    with attempt as (
      insert into attempts (id, job_id, number, host, worker_id, cookie, outcome, ended_at, output)
      values (gen_random_uuid(), ${id}, 1, 'ae-03', gen_random_uuid(), 'marker', 'lost',
        clock_timestamp(), 'maybe')
      returning id
    )
    update jobs set attempts = 1, attempt_id = attempt.id, host = 'ae-03' from attempt
    where jobs.id = ${id}`;
  await sql.end();
}

/** Checks this state of the page in both colour schemes. */
async function checkAccess(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(
      violations.map(({ id, nodes }) => `${state}, ${colorScheme}: ${id} ${nodes.length}`),
    ).toEqual([]);
  }
}

it.each([320, 390])('open attempts never make the page scroll sideways at %i px', async (width) => {
  const { page, context } = await farm.signIn('vera', { viewport: { width, height: 844 } });
  const footer = page.locator('footer');
  await footer.getByText('1 not proven').click();
  await page.getByText('Attempt 1 on ae-03 not proven').waitFor();
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  await page.getByRole('link', { name: 'Hosts' }).click();
  await page.getByRole('link', { name: '1 attempt not proven' }).waitFor();
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  await context.close();
});

it('a lost host is declared gone, and each state of it is accessible', async () => {
  const { page, context, errors } = await farm.signIn('admin', {
    viewport: { width: 1280, height: 800 },
  });
  await page.getByText('Attempt 1 on ae-03 not proven').waitFor();
  await checkAccess(page, 'queue');
  await page.locator('footer').getByRole('link', { name: '1 not proven' }).click();
  await page.getByRole('link', { name: 'requeued' }).click();
  await page
    .getByText(/^Attempt 1 on ae-03 is not proven: last heard .*\. Its output may be out\.$/)
    .waitFor();
  await checkAccess(page, 'job page');

  await page.getByRole('link', { name: 'Hosts' }).click();
  await page.getByRole('button', { name: 'Declare gone: ae-03' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^1 attempt on it may still run/).waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep waiting');
  await checkAccess(page, 'dialog');
  await dialog.getByLabel('Name of the host').fill('ae-03');
  await dialog.getByLabel('Reason').fill('It burned.');
  await dialog.getByRole('button', { name: 'Declare gone' }).click();
  await dialog.getByText(/^ae-03 is declared gone\./).waitFor();
  await checkAccess(page, 'declared');
  await page.keyboard.press('Escape');
  await page.getByText(/^admin declared it gone at .*: It burned\.$/).waitFor();
  await checkAccess(page, 'hosts');
  await page.locator('footer').getByText('not proven').waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
  await context.close();
});
