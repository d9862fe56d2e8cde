import { type JobSort, type JobSortKey, sortOf } from '@renderdeck/contract';
import { type Column, WIDTHS } from './job-columns.ts';
import styles from './job-table.module.css';

type Props = { column: Column; sort: JobSort; onSort: (sort: JobSort) => void };

/** The heading of a column. Where the server can sort by it, it is a button that does. */
export function ColumnHeading({ column: { key, label, sort: by }, sort, onSort }: Props) {
  const isSorted = by !== undefined && sortOf(sort).by === by;
  const direction = sortOf(sort).descending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      className={styles[key]}
      style={{ width: WIDTHS[key] }}
      aria-sort={isSorted ? direction : undefined}
    >
      {by === undefined ? (
        label
      ) : (
        <button type="button" className={styles.sort} onClick={() => onSort(nextSort(by, sort))}>
          {label}
          <span aria-hidden="true">
            {isSorted ? (direction === 'descending' ? ' ↓' : ' ↑') : ''}
          </span>
        </button>
      )}
    </th>
  );
}

/** The other direction of the same column; of another column, what people look for first. */
function nextSort(by: JobSortKey, sort: JobSort): JobSort {
  const first: JobSort = by === 'name' ? by : `-${by}`;
  if (sortOf(sort).by !== by) return first;
  return sort === by ? `-${by}` : by;
}
