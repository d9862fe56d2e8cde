import { useApi } from '../api/api.ts';
import type { ConnectionState, Gap } from '../api/connection.ts';
import { exactTime } from '../components/time/format-time.ts';
import styles from './shell.module.css';

/** Says what is shown may be old, or that changes were missed; nothing while all is well, and nothing for a flicker. */
export function ConnectionStrip({ state, gap }: { state: ConnectionState; gap: Gap | null }) {
  const { connection, dropSocket, queryClient } = useApi();
  const since = exactTime(state.since);
  const tryNow = () => {
    dropSocket();
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
      Changes between {exactTime(gap.from)} and {exactTime(gap.to)} were not seen. The list was
      loaded anew.{' '}
      <button type="button" className="link-button" onClick={connection.dismissGap}>
        OK
      </button>
    </p>
  );
}
