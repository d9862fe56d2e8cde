import { visibleText, type WireSession } from '@renderdeck/contract';
import { ActionButton } from '../../../components/action-button.tsx';
import { NoValue } from '../../../components/no-value.tsx';
import { DayTime, RelativeTime } from '../../../components/time/times.tsx';
import type { AskAccess } from './access-dialog.tsx';
import { RecordList } from './record-list.tsx';

type Props = { sessions: readonly WireSession[] | null; onAsk: AskAccess };

/** Every open session, the latest used first. */
export function SessionsTable({ sessions, onAsk }: Props) {
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
