import { isFinal } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useJob } from '../../api/use-live.ts';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { LiveStatus } from './job-row.tsx';
import { MenuButton } from './menu-button.tsx';
import { PositionMark } from './position-mark.tsx';
import styles from './queue.module.css';
import type { RowsProps } from './rows-props.ts';

/** The list for a narrow window: cards, not a table squeezed. */
export function JobCards({ ids, held, moved, silent, onMenu }: RowsProps) {
  return (
    <ul className={styles.cards}>
      {ids.map((id, index) => (
        <JobCard
          key={id}
          id={id}
          place={index + 1}
          of={ids.length}
          held={held}
          moved={moved.has(id)}
          silent={silent}
          onMenu={onMenu}
        />
      ))}
    </ul>
  );
}

type Props = Pick<RowsProps, 'held' | 'silent' | 'onMenu'> & {
  id: string;
  moved: boolean;
  place: number;
  of: number;
};

const JobCard = memo(function JobCard({ id, place, of, held, moved, silent, onMenu }: Props) {
  const job = useJob(id);
  if (job === undefined) return null;
  return (
    <li
      data-job={id}
      data-ended={(held && isFinal(job.status)) || undefined}
      aria-posinset={place}
      aria-setsize={of}
      className={styles.card}
    >
      <span className={styles.cardPosition}>
        <PositionMark job={job} moved={held && moved} />
      </span>
      <Link to="/jobs/$id" params={{ id }} className={styles.cardName}>
        {job.name}
      </Link>
      <span className={styles.cardStatus}>
        <LiveStatus job={job} silent={job.host !== null && silent.has(job.host)} />
      </span>
      <span className={styles.cardMore}>
        {job.attempt === null ? (
          `Priority ${job.priority}`
        ) : (
          <ProgressBar percent={job.progress} label={job.name} />
        )}
        {job.host !== null && <span>{job.host}</span>}
      </span>
      {onMenu !== null && <MenuButton job={job} onMenu={onMenu} />}
    </li>
  );
});
