import { isFinal, type WireJob } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { useJob, useNow } from '../../api/use-live.ts';
import { Missing } from '../../components/missing.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { StatusMark } from '../../components/status/status-mark.tsx';
import { statusWord } from '../../components/status/status-word.ts';
import { Ago, Since } from '../../components/time/time-cells.tsx';
import { MenuButton } from './menu-button.tsx';
import { PositionMark } from './position-mark.tsx';
import styles from './queue.module.css';
import type { RowsProps } from './rows-props.ts';

type Props = Pick<RowsProps, 'held' | 'silent' | 'onMenu'> & { id: string; moved: boolean };

/** One job: its cells are live whether the order is held or not. */
export const JobRow = memo(function JobRow({ id, held, moved, silent, onMenu }: Props) {
  const job = useJob(id);
  if (job === undefined) return null;
  return (
    <tr data-job={id} data-ended={(held && isFinal(job.status)) || undefined}>
      <td className={styles.position}>
        <PositionMark job={job} moved={held && moved} />
      </td>
      <th scope="row" title={job.name}>
        <Link to="/jobs/$id" params={{ id }}>
          {job.name}
        </Link>
      </th>
      <td className={styles.status}>
        <LiveStatus job={job} silent={job.host !== null && silent.has(job.host)} />
      </td>
      <td className={styles.progress}>
        {job.attempt === null ? (
          <Missing />
        ) : (
          <ProgressBar percent={job.progress} label={job.name} />
        )}
      </td>
      <td className={styles.priority}>{job.priority}</td>
      <td className={styles.host}>{job.host ?? <Missing />}</td>
      <td className={styles.since}>
        <Since
          from={job.position === null ? (job.startedAt ?? job.createdAt) : job.createdAt}
          until={job.endedAt}
        />
      </td>
      <td className={styles.by}>{job.submittedBy}</td>
      <td className={styles.submitted}>
        <Ago at={job.createdAt} />
      </td>
      {onMenu !== null && (
        <td className={styles.actions}>
          <MenuButton job={job} onMenu={onMenu} />
        </td>
      )}
    </tr>
  );
});

export function LiveStatus({ job, silent }: { job: WireJob; silent: boolean }) {
  const now = useNow(job.receipt !== null && job.endedAt === null);
  return <StatusMark word={statusWord(job, silent, now)} />;
}
