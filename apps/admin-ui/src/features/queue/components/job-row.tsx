import { isFinal, isRunning, visibleText } from '@renderdeck/contract';
import { memo } from 'react';
import { useRecentChange } from '../../../hooks/use-recent-change.ts';
import { useJob } from '../../../live/use-job.ts';
import { JobCell } from './job-cell.tsx';
import type { Column } from './job-columns.ts';
import styles from './job-table.module.css';
import { MenuButton } from './row-menu.tsx';
import type { RowProps } from './rows-props.ts';

/** One job; its cells stay live while the order is frozen. */
export const JobRow = memo(function JobRow({
  columns,
  id,
  index,
  isSelected,
  onMenu,
  ...row
}: RowProps & { columns: readonly Column[] }) {
  const job = useJob(id);
  const isChanged = useRecentChange(job?.version);
  if (job === undefined) return null;
  return (
    <tr
      data-job={id}
      data-index={index}
      data-running={isRunning(job.status) || undefined}
      data-ended={(row.frozen && isFinal(job.status)) || undefined}
      data-selected={isSelected || undefined}
      data-changed={isChanged || undefined}
      aria-rowindex={index + 2}
    >
      {columns.map(({ key }) => {
        const cell = <JobCell column={key} job={job} {...row} />;
        return key === 'job' ? (
          <th key={key} scope="row" className={styles.job} title={visibleText(job.name)}>
            {cell}
          </th>
        ) : (
          <td key={key} className={styles[key]}>
            {cell}
          </td>
        );
      })}
      {onMenu !== null && (
        <td className={styles.actions}>
          <MenuButton job={job} isTabStop={row.isTabStop} onMenu={onMenu} />
        </td>
      )}
    </tr>
  );
});
