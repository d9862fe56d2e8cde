import { statusLabel, type WireJob } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useApi } from '../../../api/api.ts';
import { useHosts } from '../../../api/list-hosts.ts';
import { useQueuedCount } from '../../../api/queued-count.ts';
import { Name } from '../../../components/name.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { StatusBadge } from '../../../components/status/status-badge.tsx';
import { useKnownNow } from '../../../live/use-now.ts';
import styles from './job-page.module.css';

/** The job's status beside its queue position or its host. */
export function JobStatus({ job }: { job: WireJob }) {
  const hosts = useHosts();
  const { now } = useKnownNow(job.receipt !== null);
  const silent = hosts.some(({ name, state }) => name === job.host && state === 'silent');
  return (
    <p className={styles.status}>
      <StatusBadge label={statusLabel(job, silent, now)} phase={silent ? null : job.phase} />
      {job.position !== null && <Position job={job} position={job.position} />}
      {job.position === null && job.host !== null && (
        <Link to="/hosts" search={{ host: job.host }}>
          <Name of={job.host} />
        </Link>
      )}
    </p>
  );
}

/**
 * Another job that moves changes the position, and no change of this job says so: the job is read
 * again with each new count.
 */
function Position({ job, position }: { job: WireJob; position: number }) {
  const { id } = job;
  const { queryClient, trpc } = useApi();
  const { at } = useQueuedCount();
  useEffect(() => {
    if (at > 0) void queryClient.invalidateQueries({ queryKey: trpc.getJob.queryKey({ id }) });
  }, [at, id, queryClient, trpc]);
  return (
    <span>
      <QueuePlace position={position} tagged={job.tags.length > 0} />
    </span>
  );
}
