import type { ReactNode } from 'react';
import { useApi } from '../../api/api.ts';
import { formatCount, formatTime } from '../../components/time/format-time.ts';
import type { ConnectionState, Gap } from '../../live/connection.ts';
import styles from './shell.module.css';

/** Warns that the page may be out of date, or that changes were missed; else shows nothing. */
export function ConnectionStrip({ state, gap }: { state: ConnectionState; gap: Gap | null }) {
  const { connection, reconnect, queryClient } = useApi();
  const tryNow = () => {
    reconnect();
    void queryClient.invalidateQueries();
  };
  const retry = (
    <button type="button" className="link-button" onClick={tryNow}>
      Try now
    </button>
  );
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
      loaded anew.{' '}
      <button type="button" className="link-button" onClick={onDismiss}>
        OK
      </button>
    </Strip>
  );
}

function Strip({ children }: { children: ReactNode }) {
  return <p className={styles.strip}>{children}</p>;
}
