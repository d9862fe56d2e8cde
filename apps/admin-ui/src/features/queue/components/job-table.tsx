import { JobRow } from './job-row.tsx';
import styles from './queue.module.css';
import type { RowsProps } from './rows-props.ts';

const SKELETON_ROWS = Array.from({ length: 12 }, (_, index) => index);

/** The list of jobs as a table. Each row subscribes to its own job, so a change renders one row. */
export function JobTable({ ids, loading, ...row }: RowsProps & { loading: boolean }) {
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Jobs</caption>
      <thead>
        <tr>
          <th scope="col" className={styles.position}>
            Position
          </th>
          <th scope="col">Job</th>
          <th scope="col" className={styles.status}>
            Status
          </th>
          <th scope="col" className={styles.progress}>
            Progress
          </th>
          <th scope="col" className={styles.priority}>
            Priority
          </th>
          <th scope="col" className={styles.host}>
            Host
          </th>
          <th scope="col" className={styles.since}>
            Running / waiting for
          </th>
          <th scope="col" className={styles.by}>
            Submitted by
          </th>
          <th scope="col" className={styles.submitted}>
            Submitted
          </th>
          {row.onMenu !== null && (
            <th scope="col" className={styles.actions}>
              <span className="visually-hidden">Actions</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {ids.map((id) => (
          <JobRow
            key={id}
            id={id}
            frozen={row.frozen}
            moved={row.moved.has(id)}
            silentHosts={row.silentHosts}
            onMenu={row.onMenu}
          />
        ))}
        {loading &&
          SKELETON_ROWS.map((index) => (
            <tr key={index} className={styles.skeleton}>
              <td colSpan={10} />
            </tr>
          ))}
      </tbody>
    </table>
  );
}
