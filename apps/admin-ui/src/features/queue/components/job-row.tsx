import { isFinal } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { NoValue } from '../../../components/no-value.tsx';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { ElapsedTime } from '../../../components/time/elapsed-time.tsx';
import { RelativeTime } from '../../../components/time/relative-time.tsx';
import { useJob } from '../../../live/use-job.ts';
import { LiveStatus } from './live-status.tsx';
import { MenuButton } from './menu-button.tsx';
import { OpenAttempts } from './open-attempts.tsx';
import styles from './queue.module.css';
import { QueuePosition } from './queue-position.tsx';
import type { RowsProps } from './rows-props.ts';

type Props = Pick<RowsProps, 'frozen' | 'silentHosts' | 'onMenu'> & { id: string; moved: boolean };

/** One job; its cells stay live while the order is frozen. */
export const JobRow = memo(function JobRow({ id, frozen, moved, silentHosts, onMenu }: Props) {
  const job = useJob(id);
  if (job === undefined) return null;
  return (
    <tr data-job={id} data-ended={(frozen && isFinal(job.status)) || undefined}>
      <td className={styles.position}>
        <QueuePosition job={job} moved={frozen && moved} />
      </td>
      <th scope="row" title={job.name}>
        <Link to="/jobs/$id" params={{ id }}>
          {job.name}
        </Link>
        <OpenAttempts attempts={job.openAttempts} />
      </th>
      <td className={styles.status}>
        <LiveStatus job={job} hostSilent={job.host !== null && silentHosts.has(job.host)} />
      </td>
      <td className={styles.progress}>
        {job.attempt === null ? (
          <NoValue />
        ) : (
          <ProgressBar percent={job.progress} label={job.name} />
        )}
      </td>
      <td className={styles.priority}>{job.priority}</td>
      <td className={styles.host}>{job.host ?? <NoValue />}</td>
      <td className={styles.since}>
        <ElapsedTime
          from={job.position === null ? (job.startedAt ?? job.createdAt) : job.createdAt}
          until={job.endedAt}
        />
      </td>
      <td className={styles.by}>{job.submittedBy}</td>
      <td className={styles.submitted}>
        <RelativeTime at={job.createdAt} />
      </td>
      {onMenu !== null && (
        <td className={styles.actions}>
          <MenuButton job={job} onMenu={onMenu} />
        </td>
      )}
    </tr>
  );
});
