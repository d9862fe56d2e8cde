import type { Tour } from './start-tour.ts';

const LOST_HOST = '/hosts?host=ae-03';

/** Hands over the name of a host that was lost. */
export async function handOverDialog({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(LOST_HOST);
  await check('panel of a silent host');
  await page.getByRole('button', { name: 'Hand the name over: ae-03' }).click();
  const dialog = page.getByRole('dialog');
  await check('hand the name over');
  await dialog.getByLabel('Reason').fill('It burned.');
  await dialog.getByRole('button', { name: 'Hand over' }).click();
  await dialog.getByText(/is handed over\./).waitFor();
  await check('handed over');
  await close();
}

/** Nothing is sent before the name is typed. After it, no count of the page says "proven". */
export async function declareGoneDialog({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(LOST_HOST);
  await page.getByRole('button', { name: 'Declare gone: ae-03' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^1 attempt on it may still run/).waitFor();
  await check('declare gone');
  await dialog.getByLabel('Name of the host').fill('ae-03');
  await dialog.getByLabel('Reason').fill('It burned.');
  await dialog.getByRole('button', { name: 'Declare gone' }).click();
  await dialog.getByText(/^ae-03 is declared gone\./).waitFor();
  await check('declared gone');
  await close();
  await page.getByText(/^admin declared it gone at .*: It burned\.$/).waitFor();
  await check('panel of a host that is gone');
  await page.locator('footer').getByText('not proven').waitFor({ state: 'detached' });
  await goTo('/queue?show=ended');
  await page.getByRole('button', { name: 'Actions for requeued' }).click();
  await page.getByRole('menuitem', { name: 'See receipt' }).click();
  await dialog.getByRole('heading', { name: /^Declared gone\./ }).waitFor();
  await check('receipt, declared gone');
  await close();
}
