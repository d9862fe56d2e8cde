import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import cards from '../../../components/cards.module.css';
import { visibleNode } from '../../../components/name.tsx';
import table from '../../../components/table.module.css';
import styles from './access.module.css';

export type Column<Row> = {
  readonly label: string;
  readonly of: (row: Row) => ReactNode;
};

type Props<Row> = {
  readonly name: string;
  /** Null while they are loaded. */
  readonly rows: readonly Row[] | null;
  readonly keyOf: (row: Row) => string;
  /** The first column names the row. */
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
  readonly actions: (row: Row) => ReactNode;
  /** Rows that count no more. */
  readonly isEnded?: (row: Row) => boolean;
};

/** Records as a table; in a narrow window as a list, with the same names for the same facts. */
export function RecordList<Row>(props: Props<Row>) {
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  return narrow ? <Cards {...props} /> : <Table {...props} />;
}

function Table<Row>({ name, rows, keyOf, columns, actions, isEnded }: Props<Row>) {
  const [first, ...others] = columns;
  return (
    <table className={`${table.table} ${styles.table}`}>
      <caption className="visually-hidden">{name}</caption>
      <thead>
        <tr>
          {columns.map(({ label }) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows?.map((row) => (
          <tr key={keyOf(row)} data-ended={isEnded?.(row) || undefined}>
            <th scope="row">{visibleNode(first.of(row))}</th>
            {others.map(({ label, of }) => (
              <td key={label}>{visibleNode(of(row))}</td>
            ))}
            <td>{actions(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cards<Row>({ name, rows, keyOf, columns, actions, isEnded }: Props<Row>) {
  const [first, ...others] = columns;
  return (
    <ul aria-label={name} className={`${cards.cards} ${styles.cards}`}>
      {rows?.map((row) => (
        <li key={keyOf(row)} data-ended={isEnded?.(row) || undefined}>
          <div className={cards.head}>
            <strong>{visibleNode(first.of(row))}</strong>
            {actions(row)}
          </div>
          <dl>
            {others.map(({ label, of }) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{visibleNode(of(row))}</dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ul>
  );
}
