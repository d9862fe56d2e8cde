import { expect } from 'vitest';
import type { Tour } from './start-tour.ts';

const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1280, height: 800 };

/** Checks a state at its width, and as a phone shows it. */
async function checkBoth({ page, check }: Tour, state: string): Promise<void> {
  await check(state);
  await page.setViewportSize(PHONE);
  await check(`${state}, phone`);
  await page.setViewportSize(WIDE);
}

/** The form with errors, with a path that was turned, restored, filled from a job, and queued. */
export async function submitStates(tour: Tour): Promise<void> {
  const { page, goTo, check, shown } = tour;
  const template = page.getByLabel('Template', { exact: true });
  await goTo('/submit');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByRole('heading', { name: /^Not submitted\./ }).waitFor();
  await checkBoth(tour, 'submit, with errors');
  await template.fill('\\\\nas\\shows\\Mein Film.aep');
  await page.getByLabel('Composition', { exact: true }).focus();
  await page.getByText(/^Turned into the form that nexrender takes\./).waitFor();
  expect(await template.inputValue()).toBe('file://nas/shows/Mein%20Film.aep');
  await checkBoth(tour, 'submit, a path turned');
  await page.getByLabel('Name').fill('half done');
  await page.getByRole('button', { name: 'JSON', exact: true }).click();
  await check('submit, as JSON');
  await page.reload();
  await page.getByText(/^Draft of /).waitFor();
  await check('submit, draft restored');
  await goTo(`/submit?from=${shown.jobId}`);
  await page.getByLabel('Name').fill('spot_0150');
  await page.getByText('Would be position', { exact: false }).waitFor();
  expect(await page.getByText(/^From job/).textContent()).toBe('From job spot_0141. ');
  await check('submit, from a job');
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  await page.getByRole('heading', { name: /^Queued\. Position/ }).waitFor();
  await check('submit, queued');
}

/** Errors of a JSON text at their lines: of its syntax, of the page and of the server. */
export async function submitJson(tour: Tour): Promise<void> {
  const { page, goTo } = tour;
  const field = page.getByLabel('nexrender job');
  const error = (name: RegExp) => page.getByRole('button', { name });
  await goTo('/submit?view=json');
  await field.fill(`{\n${'"note": [\n1,\n2],\n'.repeat(40)}"template" {}\n}`);
  await field.blur();
  const missing = error(/^Line 122, column 12: A colon is missing here\./);
  await missing.focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-line="122"][class*="wrong"]').waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('submit-json');
  await checkBoth(tour, 'submit, errors in the JSON');
  const src = 'elsewhere/a.aep';
  const job = {
    template: { src, composition: 'main', outputExt: 'm o v' },
    assets: [{ type: 'image', src, layerName: 'a' }],
  };
  await field.fill(JSON.stringify(job, null, 2));
  await page.getByRole('button', { name: 'Submit', exact: true }).click();
  // The farm names all that it refuses at once.
  await error(/^Line 3, column 12: Template must be a full path/).waitFor();
  await error(/^Line 5, column 18: Output extension must be letters/).waitFor();
  await error(/^Line 10, column 14: Asset 1, file must be a full path/).click();
  const selected = await field.evaluate((input) =>
    input instanceof HTMLTextAreaElement
      ? input.value.slice(input.selectionStart, input.selectionEnd)
      : null,
  );
  expect(selected).toBe(`"${src}"`);
  await checkBoth(tour, 'submit, refused at the lines');
  await page.getByRole('button', { name: 'Discard' }).click();
}

/** A job with a secret runs again, edited. */
export async function editedRerun(tour: Tour): Promise<void> {
  const { page, farm, goTo, shown } = tour;
  const { nexrenderJob } = await farm.admin.getJob.query({ id: shown.jobId });
  const job = JSON.parse(JSON.stringify(nexrenderJob));
  job.template.params = { password: 'hunter2-in-the-browser' };
  const { id } = (await farm.admin.submitJob.mutate({ job, name: 'with_secret', priority: 3 })).job;
  await farm.admin.cancelJob.mutate({ id });
  await goTo('/queue?show=all');
  await page.getByRole('button', { name: 'Actions for with_secret', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Run again, edited…' }).click();
  await page.getByText(/^From job with_secret\. Its secrets stay hidden/).waitFor();
  await checkBoth(tour, 'submit, an edited copy');
}
