import { QUEUE } from './job-dialogs.ts';
import type { Tour } from './start-tour.ts';

export async function passwordDialog({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(QUEUE);
  await page.getByRole('button', { name: 'admin', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Change password' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Present password', { exact: true }).fill('not this one');
  await dialog.getByLabel('New password', { exact: true }).fill('another long password');
  await dialog.getByRole('button', { name: 'Change password' }).click();
  await dialog.getByText('The present password is wrong.').waitFor();
  await check('own password');
  await close();
}

export async function commandsDialog({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(QUEUE);
  await page.keyboard.press('ControlOrMeta+k');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('option').first().waitFor();
  await check('commands');
  await page.keyboard.type('spot_014');
  await dialog
    .getByRole('option', { name: /spot_0141/ })
    .first()
    .waitFor();
  await check('commands, found');
  await page.keyboard.type('zzz');
  await dialog.getByText('No match').waitFor();
  await check('commands, no match');
  await close();
}

export async function shortcutSheet({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(QUEUE);
  await page.locator('h1').first().focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await check('all keys');
  await close();
}

export async function navDrawer({ page, goTo, check, close }: Tour): Promise<void> {
  await goTo(QUEUE);
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await check('pages at 390');
  await close();
  if (wide !== null) await page.setViewportSize(wide);
}

/** The warning before a session ends that cannot be prolonged, and its question. */
export async function sessionEnd({ page, farm, goTo, check, close }: Tour): Promise<void> {
  await farm.sql`
    update sessions set expires_at = clock_timestamp() + interval '4 minutes'
    where id = ${await newestSession(farm)}`;
  // The API keeps the end of a session for five seconds, or until it hears that access changed.
  await farm.sql`select pg_notify('renderdeck_access', '')`;
  await goTo('/measures');
  await page.getByText(/^You will be signed out at/).waitFor();
  await check('the session ends soon');
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await check('sign in again');
  await close();
}

/** Last, because it ends the session. */
export async function signedOutDialog({ page, farm, goTo, check }: Tour): Promise<void> {
  await goTo(QUEUE);
  await farm.admin.revokeSession.mutate({ id: await newestSession(farm) });
  await page.getByRole('dialog', { name: 'Signed out' }).waitFor();
  await check('signed out');
}

/** The session of the tour. The admin's other session is older and belongs to the API. */
async function newestSession({ admin }: Tour['farm']): Promise<string> {
  const { sessions } = await admin.listSessions.query();
  const own = sessions.filter(({ user }) => user === 'admin');
  return own.sort((one, other) => one.createdAt.localeCompare(other.createdAt)).at(-1)?.id ?? '';
}
