import type { Tour } from './start-tour.ts';

const ACCESS = '/access';
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

export async function userActions(tour: Tour): Promise<void> {
  await openUserMenu(tour);
  await tour.check('menu of a user');
  await tour.close();
}

export async function roleDialog(tour: Tour): Promise<void> {
  await choose(tour, 'Change role');
  const dialog = tour.page.getByRole('dialog', { name: 'Role of jonas' });
  await dialog.getByLabel('Role').selectOption('Admin');
  await dialog.getByText(/^Gains: /).waitFor();
  await tour.check('role');
  await tour.close();
}

export async function setPasswordDialog(tour: Tour): Promise<void> {
  await choose(tour, 'Set password');
  await tour.check('password of a user');
  await tour.close();
}

export async function signInDialog(tour: Tour): Promise<void> {
  await choose(tour, 'Disable');
  await tour.check('disable a user');
  await tour.close();
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

export async function revokeTokenDialog({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(ACCESS);
  await page.getByRole('button', { name: 'Revoke: nightly' }).click();
  await check('revoke a token');
  await close();
}

export async function endSessionDialog({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(ACCESS);
  await page
    .getByRole('button', { name: /^End session of admin/ })
    .first()
    .click();
  await check('end a session');
  await close();
}

async function openUserMenu({ page, goTo }: Tour): Promise<void> {
  await goTo(ACCESS);
  await page.getByRole('button', { name: 'Actions: jonas' }).click();
  await page.getByRole('menu').waitFor();
}

async function choose(tour: Tour, entry: string): Promise<void> {
  await openUserMenu(tour);
  await tour.page.getByRole('menuitem', { name: entry }).click();
  await tour.page.getByRole('dialog').waitFor();
}
