import { Menu } from '@mantine/core';
import { visibleText, type WireAccount } from '@renderdeck/contract';
import { useRef } from 'react';
import { useMe } from '../../../api/me.ts';
import { NoValue } from '../../../components/no-value.tsx';
import { RelativeTime } from '../../../components/time/times.tsx';
import styles from './access.module.css';
import type { AskAccess } from './access-dialog.tsx';
import { ROLE_LABELS } from './describe-role.ts';
import { RecordList } from './record-list.tsx';

/** Null while they are loaded. */
type Props = { users: readonly WireAccount[] | null; onAsk: AskAccess };

export function UsersTable({ users, onAsk }: Props) {
  const { user: me } = useMe();
  const admins = users?.filter(({ role, disabled }) => role === 'admin' && !disabled) ?? [];
  const isLastAdmin = ({ id }: WireAccount) => admins.length === 1 && admins[0]?.id === id;
  return (
    <RecordList
      name="Users"
      rows={users}
      keyOf={({ id }) => id}
      columns={[
        { label: 'Name', of: ({ name }) => (name === me.name ? `${name} (you)` : name) },
        { label: 'Sign-in', of: ({ disabled }) => (disabled ? 'Disabled' : 'Password') },
        { label: 'Role', of: ({ role }) => ROLE_LABELS[role] },
        {
          label: 'Last seen',
          of: ({ lastSeenAt }) =>
            lastSeenAt === null ? <NoValue /> : <RelativeTime at={lastSeenAt} />,
        },
        { label: 'Sessions', of: ({ sessions }) => sessions },
      ]}
      actions={(user) => <UserActions user={user} isLastAdmin={isLastAdmin(user)} onAsk={onAsk} />}
    />
  );
}

type ActionsProps = { user: WireAccount; isLastAdmin: boolean; onAsk: AskAccess };

function UserActions({ user, isLastAdmin, onAsk }: ActionsProps) {
  const button = useRef<HTMLButtonElement>(null);
  const ask = (dialog: 'role' | 'password' | 'signIn') => {
    if (button.current !== null) onAsk({ dialog, user, opener: button.current });
  };
  return (
    <Menu
      position="bottom-end"
      withInitialFocusPlaceholder={false}
      hideDetached={false}
      transitionProps={{ duration: 0 }}
      portalProps={{ target: '#main' }}
      width={220}
    >
      <Menu.Target>
        <button
          ref={button}
          type="button"
          className={styles.more}
          aria-label={`Actions: ${visibleText(user.name)}`}
        >
          ⋯
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={`Actions: ${visibleText(user.name)}`}>
        {isLastAdmin && <Menu.Label>Someone must stay admin.</Menu.Label>}
        {!isLastAdmin && <Menu.Item onClick={() => ask('role')}>Change role</Menu.Item>}
        <Menu.Item onClick={() => ask('password')}>Set password</Menu.Item>
        {!isLastAdmin && (
          <Menu.Item
            className={user.disabled ? undefined : 'danger-item'}
            onClick={() => ask('signIn')}
          >
            {user.disabled ? 'Enable' : 'Disable'}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
