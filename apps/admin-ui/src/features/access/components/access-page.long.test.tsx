import { refuse } from '@renderdeck/contract';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import { screen, waitFor, within } from '@testing-library/react';
import type { UserEvent } from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { anAdmin } from '../../../testing/an-admin.ts';
import { onlyMatches } from '../../../testing/page-parts.ts';
import { renderApp } from '../../../testing/render-app.tsx';

const rowOf = async (table: string, name: string) => {
  const rows = within(await screen.findByRole('table', { name: table }));
  const head = await rows.findByRole('rowheader', { name });
  const row = head.closest('tr');
  if (row === null) throw new Error('the header is in no row');
  return within(row);
};
const MAY_BE_DONE = 'No answer. It may have been done. Look before you repeat it.';
const PASSWORD = 'twelve and more';
/** Pasted: typing letter by letter takes seconds on a busy machine. */
async function fill(person: UserEvent, field: HTMLElement, text: string) {
  await person.clear(field);
  await person.click(field);
  await person.paste(text);
}

it('adds a user, and changes a role after it said what is gained and lost', async () => {
  const { person, farm } = renderApp({ path: '/access' });
  await person.click(await screen.findByRole('button', { name: 'Add user' }));
  let dialog = within(await screen.findByRole('dialog', { name: 'Add user' }));
  await fill(person, dialog.getByLabelText('Name'), 'jonas');
  await fill(person, dialog.getByLabelText('Password'), 'too short');
  expect(dialog.getByRole('button', { name: 'Add' }).getAttribute('aria-disabled')).toBe('true');
  await fill(person, dialog.getByLabelText('Password'), 'but now it is long');
  await person.selectOptions(dialog.getByLabelText('Role'), 'Submitter');
  farm.failNext('createUser', refuse('outcome_unknown'));
  await person.click(dialog.getByRole('button', { name: 'Add' }));
  await dialog.findByText(MAY_BE_DONE);
  await person.click(dialog.getByRole('button', { name: 'Add' }));
  (await rowOf('Users', 'jonas')).getByText('Submitter');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Add user'));

  await person.click((await rowOf('Users', 'jonas')).getByRole('button'));
  await person.click(await screen.findByRole('menuitem', { name: 'Change role' }));
  dialog = within(await screen.findByRole('dialog', { name: 'Role of jonas' }));
  await person.selectOptions(dialog.getByLabelText('Role'), 'Admin');
  dialog.getByText(/^Gains: may stop renders, set priorities, /);
  await person.selectOptions(dialog.getByLabelText('Role'), 'Viewer');
  dialog.getByText('Loses: may no longer submit jobs and run own jobs again.');
  await person.click(dialog.getByRole('button', { name: 'Change role' }));
  await waitFor(async () => (await rowOf('Users', 'jonas')).getByText('Viewer'));
  expect(farm.audit.map(({ action }) => action)).toEqual(['createUser', 'updateUser']);
});

it('asks before it disables a user, and shows why it is not done, or that it may be', async () => {
  const fake = createFakeAdminPort();
  const second = { name: 'second', role: 'admin', password: PASSWORD } as const;
  await fake.port.createUser(anAdmin('ada'), second);
  const { person } = renderApp({ path: '/access', farm: fake });
  await person.click((await rowOf('Users', 'second')).getByRole('button'));
  await person.click(await screen.findByRole('menuitem', { name: 'Disable' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Disable second?' }));
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Keep enabled'));
  fake.failNext('updateUser', refuse('last_admin'));
  await person.click(dialog.getByRole('button', { name: 'Disable' }));
  await dialog.findByText(/^Not done\. Someone must stay admin/);
  fake.failNext('updateUser', refuse('outcome_unknown'));
  await person.click(dialog.getByRole('button', { name: 'Disable' }));
  await dialog.findByText(MAY_BE_DONE);
  await person.click(dialog.getByRole('button', { name: 'Disable' }));
  await waitFor(async () => (await rowOf('Users', 'second')).getByText('Disabled'));
});

it('the only admin cannot lower or disable their own account', async () => {
  const { person } = renderApp({ path: '/access' });
  await person.click((await rowOf('Users', 'ada (you)')).getByRole('button'));
  await screen.findByText('Someone must stay admin.');
  screen.getByRole('menuitem', { name: 'Set password' });
  expect(screen.queryByRole('menuitem', { name: /Change role|Disable/ })).toBeNull();
});

it('shows the secret of a token once, and revokes it', async () => {
  const { person } = renderApp({ path: '/access' });
  await person.click(await screen.findByRole('button', { name: 'Make token' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Make token' }));
  await fill(person, dialog.getByLabelText('Name'), 'nightly');
  await person.click(dialog.getByRole('button', { name: 'Make' }));
  const made = within(await screen.findByRole('dialog', { name: 'Token nightly' }));
  made.getByText('Copy it now. It is not shown again.');
  const secret = made.getByText(/^rd_/).textContent ?? '';
  await person.click(made.getByText('Close'));
  await waitFor(() => expect(screen.queryByText(secret)).toBeNull());
  await person.click((await rowOf('Tokens', 'nightly')).getByRole('button'));
  const question = within(await screen.findByRole('dialog', { name: 'Revoke nightly?' }));
  await person.click(question.getByRole('button', { name: 'Revoke' }));
  await waitFor(async () => (await rowOf('Tokens', 'nightly')).getByText(/^Revoked/));
});

it('ends a session of somebody else', async () => {
  const fake = createFakeAdminPort();
  fake.signIn('sam');
  const { person } = renderApp({ path: '/access', farm: fake });
  await person.click((await rowOf('Sessions', 'sam')).getByRole('button'));
  const dialog = within(await screen.findByRole('dialog'));
  await person.click(dialog.getByRole('button', { name: 'End session' }));
  const table = within(screen.getByRole('table', { name: 'Sessions' }));
  await waitFor(() => expect(table.queryByRole('rowheader', { name: 'sam' })).toBeNull());
});

it('who may not change access sees nothing of it', async () => {
  renderApp({ path: '/access', user: 'sam' });
  await screen.findByText(/^You may not see this\./);
  expect(screen.queryByRole('link', { name: 'Access' })).toBeNull();
  expect(screen.queryByRole('table')).toBeNull();
});

it('every user can change their own password, and reads what was done', async () => {
  const { person, farm } = renderApp({ path: '/hosts', user: 'vera' });
  // The page takes the focus when it opens, which would be while the menu is open.
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Hosts'));
  await person.click(await screen.findByRole('button', { name: 'vera' }));
  await person.click(await screen.findByRole('menuitem', { name: 'Change password' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Change password' }));
  await fill(person, dialog.getByLabelText('Present password'), 'wrong');
  await fill(person, dialog.getByLabelText('New password'), PASSWORD);
  await person.click(dialog.getByRole('button', { name: 'Change password' }));
  await dialog.findByText('The present password is wrong.');
  farm.failNext('changePassword', refuse('outcome_unknown'));
  await person.keyboard('{Enter}');
  await dialog.findByText(MAY_BE_DONE);
  await person.clear(dialog.getByLabelText('Present password'));
  await fill(person, dialog.getByLabelText('Present password'), 'an honest long password');
  await person.keyboard('{Enter}');
  await screen.findByText('Password changed. Your other sessions have ended.');
  expect(farm.audit.map(({ action, outcome }) => [action, outcome])).toEqual([
    ['changePassword', 'refused'],
    ['changePassword', 'done'],
  ]);
});

it('is a list of cards in a narrow window, with the name of each fact', async () => {
  onlyMatches('640px');
  const { person } = renderApp({ path: '/access' });
  const users = within(await screen.findByRole('list', { name: 'Users' }));
  const item = (await users.findByText('ada (you)')).closest('li');
  expect(item?.querySelector('dl')?.textContent).toMatch(/^Sign-inPasswordRoleAdminLast seen/);
  await person.click(users.getByRole('button', { name: 'Actions: ada' }));
  await screen.findByRole('menuitem', { name: 'Set password' });
  expect(screen.queryByRole('table')).toBeNull();
  vi.unstubAllGlobals();
});
