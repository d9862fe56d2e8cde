import { QUEUE } from './job-dialogs.ts';
import type { Tour } from './start-tour.ts';

export async function timeFilter({ page, goTo, check }: Tour): Promise<void> {
  await goTo(QUEUE);
  await page.getByRole('button', { name: 'Time' }).click();
  const days = page.getByRole('dialog', { name: 'Time' });
  await days.waitFor();
  await check('time of the filter');
  // A narrow window hides the button, and focus with it.
  await page.locator('h1').first().click();
  await days.waitFor({ state: 'detached' });
}

/** Saves two views, so that the list of views shows too. */
export async function viewsDialog({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(QUEUE);
  const dialog = page.getByRole('dialog', { name: 'Saved views' });
  const open = async () => {
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByRole('menuitem', { name: 'Save or remove views' }).click();
    await dialog.waitFor();
  };
  await open();
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await dialog.getByText('Give the view a name.').waitFor();
  await check('views, without a name');
  await dialog.getByRole('textbox').fill('Tonight');
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await dialog.waitFor({ state: 'detached' });
  await open();
  await dialog.getByRole('button', { name: 'Remove Tonight' }).waitFor();
  await check('views, with one');
  await close();
}
