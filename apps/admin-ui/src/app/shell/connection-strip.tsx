import { useApi } from '../../api/api.ts';
import { LinkButton } from '../../components/link-button.tsx';
import { Strip } from '../../components/strip.tsx';
import { formatCount, formatTime } from '../../components/time/format-time.ts';
import type { ConnectionState, Gap } from '../../live/connection.ts';

/** Warns that the page may be out of date, or that changes were missed; else shows nothing. */
export function ConnectionStrip({ state, gap }: { state: ConnectionState; gap: Gap | null }) {
  const { connection, reconnect, queryClient } = useApi();
  const tryNow = () => {
    reconnect();
    void queryClient.invalidateQueries();
  };
  const retry = <LinkButton onClick={tryNow}>Try now</LinkButton>;
  switch (state.kind) {
    case 'offline':
      return (
        <Strip>
          {`No answer from the server since ${formatTime(state.since)}. `}
          You cannot change anything now. {retry}
        </Strip>
      );
    case 'notLive':
      return (
        <Strip>
          Not live since {formatTime(state.since)}. What you see may be old.{' '}
          {state.httpAnswers ? 'Actions still work.' : 'Asking the server…'} {retry}
        </Strip>
      );
    case 'catchingUp':
      return <Strip>Back. Loading {formatCount(state.missed, 'change')}.</Strip>;
    case 'live':
    case 'reconnecting':
      return gap === null ? null : <MissedChanges gap={gap} onDismiss={connection.dismissGap} />;
  }
}

function MissedChanges({ gap, onDismiss }: { gap: Gap; onDismiss: () => void }) {
  return (
    <Strip>
      Changes between {formatTime(gap.from)} and {formatTime(gap.to)} were not seen. The list was
      loaded again. <LinkButton onClick={onDismiss}>OK</LinkButton>
    </Strip>
  );
}
