import { insertHeardHost, insertHostLogin } from '../insert-jobs.ts';
import { type Tour, visitOf } from './start-tour.ts';

const LOST_HOST = '/hosts?host=ae-03';

/** Drains a host and lets it take jobs again; the same in the table. */
export async function drainDialog({ page, farm, goTo, check, close }: Tour): Promise<void> {
  await insertHeardHost(farm.sql);
  await goTo('/hosts?host=ae-05&view=table');
  await page.getByRole('button', { name: 'Drain: ae-05' }).click();
  const dialog = page.getByRole('dialog');
  await check('drain a host');
  await dialog.getByRole('button', { name: 'Drain', exact: true }).click();
  await dialog.getByText('ae-05 is drained.').waitFor();
  await close();
  await page.getByText(/^admin drained it: it takes no job/).waitFor();
  await check('panel and row of a drained host');
  await page.getByRole('button', { name: 'Take jobs again: ae-05' }).click();
  await page.getByRole('button', { name: 'Drain: ae-05' }).waitFor();
}

/** The dialog that invites a host. It leaves the dialog with the command open. */
export async function inviteDialog({ page, goTo, check }: Tour): Promise<void> {
  await goTo('/hosts');
  await page.getByRole('button', { name: 'Invite host' }).click();
  const dialog = page.getByRole('dialog', { name: 'Invite a host' });
  await check('invite a host');
  await dialog.getByLabel('Name').fill('ae-09');
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** The command for the invited host; then the list with its invitation, which is withdrawn. */
export async function invited({ page, check, close }: Tour): Promise<void> {
  await page.getByText(/^Run this once on ae-09, until /).waitFor();
  await check('command of an invitation');
  await close();
  const withdraw = page.getByRole('button', { name: 'Withdraw: ae-09' });
  await withdraw.waitFor();
  await check('open invitations');
  await withdraw.click();
  await withdraw.waitFor({ state: 'detached' });
}

/** Nothing is sent. */
export async function endLoginDialog(tour: Tour): Promise<void> {
  await insertHostLogin(tour.farm.sql);
  const address = '/hosts?host=ae-05';
  await visitOf(address, 'end the login of a host', 'End its login: ae-05')(tour);
}

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
