import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useHosts } from '../../api/list-hosts.ts';
import { useCounts } from '../../api/use-counts.ts';
import { formatNumber, formatTime, TIME_ZONE } from '../../components/time/format-time.ts';
import { useTitleMark } from '../../hooks/use-page-title.ts';
import type { ConnectionState } from '../../live/connection.ts';
import styles from './shell.module.css';

/** The state of the connection, what is not proven, and facts about the whole page. */
export function Footer({ state }: { state: ConnectionState }) {
  const { icon, label } = describeConnection(state);
  const hosts = useHosts();
  const counts = useCounts();
  const standIn = hosts.some((host) => host.standIn && host.state !== 'stopped');
  const jobsOf = (those: typeof hosts) => those.reduce((sum, { jobs }) => sum + jobs.length, 0);
  const unknown = jobsOf(hosts.filter(({ state }) => state === 'silent'));
  const rendering = Math.max(0, (counts?.rendering ?? jobsOf(hosts)) - unknown);
  const open = hosts.reduce((sum, { openAttempts }) => sum + openAttempts, 0);
  useUnseenUnproven(open);
  return (
    <footer className={styles.footer}>
      <span className={styles.connection} data-state={state.kind}>
        <span aria-hidden="true">{icon}</span> {label}
      </span>
      <span>{formatNumber(rendering)} rendering</span>
      {counts !== undefined && (
        <span className={styles.queued}>{formatNumber(counts.queued)} queued</span>
      )}
      {unknown > 0 && <span>{formatNumber(unknown)} unknown</span>}
      {open > 0 && (
        <Link to="/queue" search={{ show: 'all', open: true }}>
          {formatNumber(open)} not proven
        </Link>
      )}
      {standIn && <span className={styles.standIn}>Stand-in renderer, not After Effects</span>}
      <span className={styles.zone}>Times in {TIME_ZONE}</span>
    </footer>
  );
}

function describeConnection({ kind, since }: ConnectionState): { icon: string; label: string } {
  switch (kind) {
    case 'live':
      return { icon: '●', label: 'Live' };
    case 'reconnecting':
      return { icon: '◐', label: 'Reconnecting' };
    case 'notLive':
      return { icon: '○', label: `Not live since ${formatTime(since)}` };
    case 'offline':
      return { icon: '⨯', label: 'No server' };
    case 'catchingUp':
      return { icon: '◑', label: 'Catching up' };
  }
}

/**
 * Marks the title of the tab while more attempts are not proven than when the user last opened
 * their list. The footer counts them until they are proven, because they may still run.
 */
function useUnseenUnproven(open: number): void {
  const [seen, setSeen] = useState(0);
  const isListed = useRouterState({
    select: ({ location }) => location.pathname === '/queue' && 'open' in location.search,
  });
  useEffect(() => {
    setSeen((before) => (isListed ? open : Math.min(before, open)));
  }, [isListed, open]);
  useTitleMark(open > seen && !isListed);
}
