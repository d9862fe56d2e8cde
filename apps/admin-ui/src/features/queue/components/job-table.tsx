import { isFinal, isRunning, type JobSort, visibleText } from '@renderdeck/contract';
import { memo } from 'react';
import { useRecentChange } from '../../../hooks/use-recent-change.ts';
import { useJob } from '../../../live/use-job.ts';
import type { QueueSearch } from '../api/queue-search.ts';
import { rowsToRender } from '../hooks/plan-rows.ts';
import { ColumnHeading } from './column-heading.tsx';
import { GroupHeading } from './group-heading.tsx';
import { JobCell } from './job-cell.tsx';
import { COLUMNS, type Column } from './job-columns.ts';
import styles from './job-table.module.css';
import { MenuButton } from './row-menu.tsx';
import type { RowProps, RowsProps } from './rows-props.ts';

export const TABLE_ROW_PX = 36;
/** The first columns of a list with groups: no width hides them, so the heading spans them. */
const ALWAYS_SEEN = 5;
const SKELETON_ROWS = Array.from({ length: 12 }, (_, index) => index);

type Props = RowsProps & {
  show: QueueSearch['show'];
  loading: boolean;
  sort: JobSort;
  onSort: (sort: JobSort) => void;
};

/** The list of jobs as a table. Only the rows near the screen exist; gaps stand for the others. */
export function JobTable({ show, loading, sort, onSort, order, plan, rows, ...row }: Props) {
  const columns = COLUMNS[show];
  return (
    <table className={styles.table} aria-rowcount={order.count + 1}>
      <caption className="visually-hidden">Jobs</caption>
      <thead>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <ColumnHeading key={column.key} column={column} sort={sort} onSort={onSort} />
          ))}
          {row.onMenu !== null && (
            <th scope="col" className={styles.actions}>
              <span className="visually-hidden">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody ref={rows}>
        {rowsToRender(plan, order).map((item) => {
          if (item.kind === 'group')
            return (
              <tr key={item.group.kind} className={styles.group}>
                <td colSpan={ALWAYS_SEEN}>
                  <GroupHeading group={item.group} counts={row.counts} emptyAt={row.emptyAt} />
                </td>
                {columns.slice(ALWAYS_SEEN).map(({ key }) => (
                  <td key={key} className={styles[key]} />
                ))}
                {row.onMenu !== null && <td />}
              </tr>
            );
          if (item.kind === 'gap') return <Gap key={`gap ${item.from}`} rows={item.rows} />;
          if (item.kind === 'loading') return <SkeletonRow key={item.index} />;
          const { id, index } = item;
          return (
            <JobRow
              key={id}
              columns={columns}
              id={id}
              index={index}
              frozen={row.frozen}
              movedFrom={row.frozen ? row.moved.get(id) : undefined}
              isTabStop={row.tabStop === id}
              isSelected={row.selected === id}
              silentHosts={row.silentHosts}
              onMenu={row.onMenu}
            />
          );
        })}
        {loading && SKELETON_ROWS.map((index) => <SkeletonRow key={index} />)}
      </tbody>
    </table>
  );
}

function Gap({ rows }: { rows: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: no cell of it takes focus
    <tr aria-hidden="true" className={styles.gap}>
      <td style={{ height: rows * TABLE_ROW_PX }} />
    </tr>
  );
}

function SkeletonRow() {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: no cell of it takes focus
    <tr aria-hidden="true" className={styles.skeleton}>
      <td />
    </tr>
  );
}

/** One job; its cells stay live while the order is frozen. */
const JobRow = memo(function JobRow({
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
        // Why its start is not known takes the place of progress and start.
        if (key === 'estimate' && job.noHostOffers !== null) return null;
        const cell = <JobCell column={key} job={job} {...row} />;
        return key === 'job' ? (
          <th key={key} scope="row" className={styles.job} title={visibleText(job.name)}>
            {cell}
          </th>
        ) : (
          <td
            key={key}
            className={styles[key]}
            colSpan={key === 'progress' && job.noHostOffers !== null ? 2 : undefined}
          >
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
