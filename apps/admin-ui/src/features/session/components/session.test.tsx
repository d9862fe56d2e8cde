import { FAKE_PASSWORD } from '@renderdeck/contract/testing/fake-admin-port';
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openPage, renderApp } from '../../../testing/render-app.tsx';
import { sameOriginPath } from './same-origin-path.ts';

describe('signing in', () => {
  it('leads to the page that was asked for', async () => {
    const { person } = openPage({ user: null, path: '/queue?show=all' });
    await person.type(await screen.findByLabelText('Name'), 'ada');
    await person.type(screen.getByLabelText('Password'), FAKE_PASSWORD);
    await person.click(screen.getByRole('button', { name: 'Sign in' }));
    await screen.findByRole('link', { name: 'spot_0142' });
    expect(window.location.pathname + window.location.search).toBe('/queue?show=all');
  });

  it('says that name or password is wrong, keeps both and goes back to the password', async () => {
    const { person } = renderApp({ user: null });
    await person.type(await screen.findByLabelText('Name'), 'ada');
    await person.type(screen.getByLabelText('Password'), 'not this one');
    await person.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByText('Name or password is wrong.')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText('Password'));
    expect(screen.getByLabelText('Password')).toHaveProperty('value', 'not this one');
  });

  it('keeps the page below when the session ends, and goes on after signing in again', async () => {
    const { person, api } = openPage();
    await screen.findByRole('link', { name: 'spot_0142' });
    await api.client.logout.mutate();
    await api.queryClient.invalidateQueries();
    const dialog = await screen.findByRole('dialog', { name: 'Signed out' });
    expect(screen.getByRole('link', { name: 'spot_0142', hidden: true })).toBeTruthy();
    await person.type(within(dialog).getByLabelText('Name'), 'ada');
    await person.type(within(dialog).getByLabelText('Password'), FAKE_PASSWORD);
    await person.click(within(dialog).getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('signs out', async () => {
    const { person } = renderApp();
    await person.click(await screen.findByRole('button', { name: /ada/ }));
    await person.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
    expect(await screen.findByLabelText('Password')).toBeTruthy();
  });
});

it.each([
  ['/jobs/1?tab=log#end', '/jobs/1?tab=log#end'],
  ['/queue', '/queue'],
  ['//evil.example/queue', '/queue'],
  ['/\\evil.example', '/queue'],
  ['/\t/evil.example', '/queue'],
  ['https://evil.example/', '/queue'],
  ['javascript:alert(1)', '/queue'],
  ['/sign-in?to=/sign-in', '/queue'],
  [undefined, '/queue'],
])('after signing in, %s leads to %s', (to, path) => {
  expect(sameOriginPath(to, 'https://farm.example')).toBe(path);
});
