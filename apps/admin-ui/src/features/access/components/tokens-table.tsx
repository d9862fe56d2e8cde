import { visibleText, type WireToken } from '@renderdeck/contract';
import { ActionButton } from '../../../components/action-button.tsx';
import { NoValue } from '../../../components/no-value.tsx';
import { DayTime, RelativeTime } from '../../../components/time/times.tsx';
import { useNow } from '../../../live/use-now.ts';
import type { AskAccess } from './access-dialog.tsx';
import { ROLE_LABELS } from './describe-role.ts';
import { RecordList } from './record-list.tsx';

type Props = { tokens: readonly WireToken[] | null; onAsk: AskAccess };

export function TokensTable({ tokens, onAsk }: Props) {
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
