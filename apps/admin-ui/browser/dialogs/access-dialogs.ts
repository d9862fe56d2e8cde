import type { Tour } from './start-tour.ts';

export const ACCESS = '/access';
const PASSWORD = 'an honest long password';

export async function addUserDialog({ page, goTo, check }: Tour): Promise<void> {
  await goTo(ACCESS);
  await page.getByRole('button', { name: 'Add user' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add user' });
  await check('add user');
  await dialog.getByLabel('Name').fill('jonas');
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

export async function roleDialog({ page, goTo, press, check, close }: Tour): Promise<void> {
  await goTo(ACCESS);
  await press('Actions: jonas');
  await press('Change role');
  const dialog = page.getByRole('dialog', { name: 'Role of jonas' });
  await dialog.getByLabel('Role').selectOption('Admin');
  await dialog.getByText(/^Gains: /).waitFor();
  await check('role');
  await close();
}

/** The dialog that makes a token. It leaves the dialog with the secret open. */
export async function addTokenDialog({ page, goTo, check }: Tour): Promise<void> {
  await goTo(ACCESS);
  await page.getByRole('button', { name: 'Make token' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make token' });
  await check('make a token');
  await dialog.getByLabel('Name').fill('nightly');
  await dialog.getByRole('button', { name: 'Make', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** The secret of a new token. */
export async function secret({ page, check, close }: Tour): Promise<void> {
  await page.getByText('Copy it now. It is not shown again.').waitFor();
  await check('secret of a token');
  await close();
}
