import type { WireHost } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { NoValue } from '../../../components/no-value.tsx';
import { formatNumber } from '../../../components/time/format-time.ts';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { isLate } from './describe-host.ts';
import styles from './hosts-page.module.css';

/** The jobs that the host holds. What a silent host does with them is not known. */
export function HostJobs({ host: { jobs } }: { host: WireHost }) {
  if (jobs.length === 0) return <NoValue />;
  return jobs.map(({ id, name }) => (
    <Link key={id} to="/jobs/$id" params={{ id }} title={name} className={styles.job}>
      {name}
    </Link>
  ));
}

export function LastHeard({ host, seenAtMs }: { host: WireHost; seenAtMs: number }) {
  return (
    <>
      <RelativeTime at={host.lastHeardAt} />
      {isLate(host, seenAtMs) && <strong className={styles.late}> late</strong>}
    </>
  );
}

/** Stops on the host without a proof, as a link to their jobs. */
export function OpenStops({ host: { openStops, openAttempts } }: { host: WireHost }) {
  if (openStops === 0 && openAttempts === 0) return <>0</>;
  return (
    <Link to="/queue" search={{ show: 'all', open: true }} className={styles.open}>
      {formatNumber(Math.max(openStops, openAttempts))}
    </Link>
  );
}
