import { type MantineColorScheme, Menu, useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMe } from '../../../api/me.ts';
import { useLogout } from '../api/logout.ts';
import styles from './user-menu.module.css';

const SCHEMES: readonly { scheme: MantineColorScheme; label: string }[] = [
  { scheme: 'auto', label: 'Auto' },
  { scheme: 'light', label: 'Light' },
  { scheme: 'dark', label: 'Dark' },
];

/** The signed-in user, the colour scheme, and "Sign out". */
export function UserMenu() {
  const { user } = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const logout = useLogout(() => navigate({ to: '/sign-in' }));
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
          {user.name} <span className={styles.role}>{user.role}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Your menu">
        {SCHEMES.map(({ scheme, label }) => (
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
        <Menu.Item onClick={() => logout.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
