import { isFinal } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { ProgressBar } from '../../../components/progress-bar.tsx';
import { useJob } from '../../../live/use-job.ts';
import styles from './job-cards.module.css';
import { LiveStatus } from './live-status.tsx';
import { MenuButton } from './menu-button.tsx';
import { OpenAttempts } from './open-attempts.tsx';
import { QueuePosition } from './queue-position.tsx';
import type { RowsProps } from './rows-props.ts';

/** The list of jobs for a narrow window. */
export function JobCards({ ids, frozen, moved, silentHosts, onMenu }: RowsProps) {
  return (
    <ul className={styles.cards}>
      {ids.map((id, index) => (
        <JobCard
          key={id}
          id={id}
          place={index + 1}
          of={ids.length}
          frozen={frozen}
          moved={moved.has(id)}
          silentHosts={silentHosts}
          onMenu={onMenu}
        />
      ))}
    </ul>
  );
}

type Props = Pick<RowsProps, 'frozen' | 'silentHosts' | 'onMenu'> & {
  id: string;
  moved: boolean;
  place: number;
  of: number;
};

const JobCard = memo(function JobCard({
  id,
  place,
  of,
  frozen,
  moved,
  silentHosts,
  onMenu,
}: Props) {
  const job = useJob(id);
  if (job === undefined) return null;
  return (
    <li
      data-job={id}
      data-ended={(frozen && isFinal(job.status)) || undefined}
      aria-posinset={place}
      aria-setsize={of}
      className={styles.card}
    >
      <span className={styles.cardPosition}>
        <QueuePosition job={job} moved={frozen && moved} />
      </span>
      <Link to="/jobs/$id" params={{ id }} className={styles.cardName}>
        {job.name}
      </Link>
      <span className={styles.cardStatus}>
        <LiveStatus job={job} hostSilent={job.host !== null && silentHosts.has(job.host)} />
      </span>
      <span className={styles.cardMore}>
        {job.attempt === null ? (
          `Priority ${job.priority}`
        ) : (
          <ProgressBar percent={job.progress} label={job.name} />
        )}
        {job.host !== null && <span>{job.host}</span>}
        <OpenAttempts attempts={job.openAttempts} />
      </span>
      {onMenu !== null && <MenuButton job={job} onMenu={onMenu} />}
    </li>
  );
});
