import { Menu } from '@mantine/core';
import {
  visibleText,
  type WireAccount,
  type WireSession,
  type WireToken,
} from '@renderdeck/contract';
import { useRef } from 'react';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { NoValue } from '../../../components/name.tsx';
import { DayTime, RelativeTime } from '../../../components/time/times.tsx';
import { useNow } from '../../../live/use-now.ts';
import type { AskAccess } from './access-dialog.tsx';
import { ROLE_LABELS } from './describe-role.ts';
import { RecordList } from './record-list.tsx';

/** Null while they are loading. */
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
    <Menu width={220}>
      <Menu.Target>
        <IconButton ref={button} aria-label={`Actions: ${visibleText(user.name)}`}>
          ⋯
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown aria-label={`Actions: ${visibleText(user.name)}`}>
        {isLastAdmin && <Menu.Label>Someone must stay admin.</Menu.Label>}
        {!isLastAdmin && <Menu.Item onClick={() => ask('role')}>Change role</Menu.Item>}
        <Menu.Item onClick={() => ask('password')}>Set password</Menu.Item>
        {!isLastAdmin && (
          <Menu.Item
            c={user.disabled ? 'inherit' : 'var(--rd-error)'}
            onClick={() => ask('signIn')}
          >
            {user.disabled ? 'Enable' : 'Disable'}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

type TokensTableProps = { tokens: readonly WireToken[] | null; onAsk: AskAccess };

export function TokensTable({ tokens, onAsk }: TokensTableProps) {
  const now = useNow();
  if (tokens?.length === 0) return <p>No tokens.</p>;
  return (
    <RecordList
      name="Tokens"
      rows={tokens}
      keyOf={({ id }) => id}
      isEnded={({ revokedAt }) => revokedAt !== null}
      columns={[
        { label: 'Name', of: ({ name }) => name },
        { label: 'Role', of: ({ role }) => ROLE_LABELS[role] },
        { label: 'Made by', of: ({ createdBy }) => createdBy },
        {
          label: 'Last used',
          of: ({ lastUsedAt }) =>
            lastUsedAt === null ? <NoValue /> : <RelativeTime at={lastUsedAt} />,
        },
        { label: 'Expires', of: (token) => <Expiry token={token} now={now} /> },
      ]}
      actions={(token) =>
        token.revokedAt === null && (
          <ActionButton
            hidesReason
            size="compact-xs"
            variant="default"
            aria-label={`Revoke: ${visibleText(token.name)}`}
            onClick={({ currentTarget }) =>
              onAsk({ dialog: 'revokeToken', token, opener: currentTarget })
            }
          >
            Revoke
          </ActionButton>
        )
      }
    />
  );
}

function Expiry({ token: { revokedAt, expiresAt }, now }: { token: WireToken; now: number }) {
  if (revokedAt !== null)
    return (
      <>
        Revoked <RelativeTime at={revokedAt} />
      </>
    );
  if (expiresAt === null) return 'Never';
  return (
    <>
      {Date.parse(expiresAt) <= now && 'Expired '}
      <DayTime at={expiresAt} />
    </>
  );
}

type SessionsTableProps = { sessions: readonly WireSession[] | null; onAsk: AskAccess };

/** Every open session, the latest used first. */
export function SessionsTable({ sessions, onAsk }: SessionsTableProps) {
  return (
    <RecordList
      name="Sessions"
      rows={sessions}
      keyOf={({ id }) => id}
      columns={[
        { label: 'User', of: ({ user }) => user },
        { label: 'From', of: ({ address }) => address ?? <NoValue /> },
        { label: 'Signed in', of: ({ createdAt }) => <DayTime at={createdAt} /> },
        { label: 'Last used', of: ({ lastSeenAt }) => <RelativeTime at={lastSeenAt} /> },
        { label: 'Ends', of: ({ expiresAt }) => <DayTime at={expiresAt} /> },
      ]}
      actions={(session) => (
        <ActionButton
          hidesReason
          size="compact-xs"
          variant="default"
          aria-label={visibleText(
            `End session of ${session.user} from ${session.address ?? 'unknown'}`,
          )}
          onClick={({ currentTarget }) =>
            onAsk({ dialog: 'endSession', session, opener: currentTarget })
          }
        >
          End
        </ActionButton>
      )}
    />
  );
}
