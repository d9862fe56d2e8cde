import { Button, type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { useMe } from '../../../api/me.ts';
import { lazyChunk } from '../../../components/lazy-chunk.ts';
import { Name } from '../../../components/name.tsx';
import { turnSingleKeys, useSingleKeys } from '../../../components/shortcuts/use-shortcut.ts';

export const COLOUR_SCHEMES: readonly { scheme: MantineColorScheme; label: string }[] = [
  { scheme: 'auto', label: 'Auto' },
  { scheme: 'light', label: 'Light' },
  { scheme: 'dark', label: 'Dark' },
];

const { Component: PasswordDialog } = lazyChunk(
  async () => (await import('./password-dialog.tsx')).PasswordDialog,
);

const ROLES = { viewer: 'a viewer', submitter: 'a submitter', admin: 'an admin' } as const;

/** The signed-in user, the colour scheme, and "Sign out". */
export function UserMenu() {
  const { user } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const logout = useLogout(() => navigate({ to: '/sign-in' }));
  const button = useRef<HTMLButtonElement>(null);
  const [changing, setChanging] = useState(false);
  const close = () => {
    setChanging(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  return (
    <>
      <Menu width={200}>
        <Menu.Target>
          <Button
            ref={button}
            variant="plain"
            size="compact-md"
            h={{ base: 44, sm: 28 }}
            maw={{ base: 96, sm: 'none' }}
          >
            <Name of={user.name} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown aria-label="Your menu">
          <Menu.Label>Signed in as {ROLES[user.role]}</Menu.Label>
          {COLOUR_SCHEMES.map(({ scheme, label }) => (
            <Menu.RadioItem
              key={scheme}
              value={scheme}
              checked={scheme === colorScheme}
              onChange={() => setColorScheme(scheme)}
            >
              {label}
            </Menu.RadioItem>
          ))}
          <Menu.Divider />
          <SingleKeySwitch />
          <Menu.Item onClick={() => setChanging(true)}>Change password</Menu.Item>
          <Menu.Item onClick={() => logout.mutate()}>Sign out</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>{changing && <PasswordDialog onClose={close} />}</Suspense>
    </>
  );
}

/** Turns shortcuts of single letters on and off: dictation can press them by mistake. */
function SingleKeySwitch() {
  const on = useSingleKeys();
  return (
    <Menu.CheckboxItem checked={on} onChange={turnSingleKeys}>
      Single-key shortcuts
    </Menu.CheckboxItem>
  );
}

/** Signs out; `leavePage` runs before the cached data is cleared, so that no page refetches it. */
export function useLogout(leavePage: () => Promise<void>) {
  const { trpc, queryClient, jobs } = useApi();
  return useMutation(
    trpc.logout.mutationOptions({
      onSuccess: async () => {
        await leavePage();
        queryClient.clear();
        jobs.clear();
      },
    }),
  );
}
