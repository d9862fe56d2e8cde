import type { WireJob } from '@renderdeck/contract';
import { useHosts } from '../../../api/list-hosts.ts';
import { StatusBadge } from '../../../components/status/status-badge.tsx';
import { statusLabel } from '../../../components/status/status-label.ts';
import { formatNumber } from '../../../components/time/format-time.ts';
import { useNow } from '../../../live/use-now.ts';
import styles from './job-page.module.css';

/** The job's status beside its queue position or its host. */
export function JobStatus({ job }: { job: WireJob }) {
  const hosts = useHosts();
  const now = useNow(job.receipt !== null);
  const silent = hosts.some(({ name, state }) => name === job.host && state === 'silent');
  const place = job.position === null ? job.host : `Position ${formatNumber(job.position)}`;
  return (
    <p className={styles.status}>
      <StatusBadge label={statusLabel(job, silent, now)} />
      {place !== null && <span>{place}</span>}
    </p>
  );
}
