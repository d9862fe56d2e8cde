import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useApi } from '../api/api.ts';
import { useMe } from '../api/me.ts';
import styles from './shell.module.css';

const SCHEMES: readonly { scheme: MantineColorScheme; word: string }[] = [
  { scheme: 'auto', word: 'Auto' },
  { scheme: 'light', word: 'Light' },
  { scheme: 'dark', word: 'Dark' },
];

/** Who is signed in, the theme, and the way out. */
export function UserMenu() {
  const { trpc, queryClient, jobs } = useApi();
  const { user } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const logout = useMutation(
    trpc.logout.mutationOptions({
      onSuccess: async () => {
        await navigate({ to: '/sign-in' });
        queryClient.clear();
        jobs.clear();
      },
    }),
  );
  return (
    <Menu
      position="bottom-end"
      withInitialFocusPlaceholder={false}
      hideDetached={false}
      transitionProps={{ duration: 0 }}
      portalProps={{ target: '#main' }}
      width={200}
    >
      <Menu.Target>
        <button type="button" className={styles.user}>
          {user.name} <span className={styles.small}>{user.role}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Your menu">
        {SCHEMES.map(({ scheme, word }) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checked={scheme === colorScheme}
            onChange={() => setColorScheme(scheme)}
          >
            {word}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => logout.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
