import type { QueueSearch } from '../api/queue-search.ts';
import { rowsToRender } from '../hooks/rows-to-render.ts';
import { COLUMNS } from './job-columns.ts';
import { JobRow } from './job-row.tsx';
import styles from './job-table.module.css';
import type { RowsProps } from './rows-props.ts';

export const TABLE_ROW_PX = 33;
const SKELETON_ROWS = Array.from({ length: 12 }, (_, index) => index);

type Props = RowsProps & { show: QueueSearch['show']; loading: boolean };

/** The list of jobs as a table. Only the rows near the screen exist; gaps stand for the others. */
export function JobTable({ show, loading, order, plan, rows, moved, ...row }: Props) {
  const columns = COLUMNS[show];
  return (
    <table className={styles.table} aria-rowcount={order.count + 1}>
      <caption className="visually-hidden">Jobs</caption>
      <thead>
        <tr aria-rowindex={1}>
          {columns.map(({ key, label }) => (
            <th key={key} scope="col" className={styles[key]}>
              {label}
            </th>
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
              movedFrom={row.frozen ? moved.get(id) : undefined}
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
