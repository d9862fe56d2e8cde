import { useApi } from '../../api/api.ts';
import { formatTime } from '../../components/time/format-time.ts';
import type { ConnectionState, Gap } from '../../live/connection.ts';
import styles from './shell.module.css';

/** Warns that the page may be out of date, or that changes were missed; else shows nothing. */
export function ConnectionStrip({ state, gap }: { state: ConnectionState; gap: Gap | null }) {
  const { connection, reconnect, queryClient } = useApi();
  const since = formatTime(state.since);
  const tryNow = () => {
    reconnect();
    void queryClient.invalidateQueries();
  };
  if (state.kind === 'notLive' || state.kind === 'offline') {
    return (
      <p className={styles.strip} role={state.kind === 'offline' ? 'alert' : 'status'}>
        {state.kind === 'offline'
          ? `No answer from the server since ${since}. You cannot change anything now.`
          : `Not live since ${since}. What you see may be old. Actions still work.`}{' '}
        <button type="button" className="link-button" onClick={tryNow}>
          Try now
        </button>
      </p>
    );
  }
  if (gap === null) return null;
  return (
    <p className={styles.strip} role="status">
      Changes between {formatTime(gap.from)} and {formatTime(gap.to)} were not seen. The list was
      loaded anew.{' '}
      <button type="button" className="link-button" onClick={connection.dismissGap}>
        OK
      </button>
    </p>
  );
}
