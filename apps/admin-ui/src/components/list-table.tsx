import { Table, type TableProps, type TableThProps } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import type { ReactNode } from 'react';
import styles from './list-table.module.css';

/** The heading of a column. Columns without a width share the rest. */
export type ListColumn = TableThProps & {
  readonly label: string;
  /** The content of the heading, if it is more than the label. */
  readonly head?: ReactNode;
};

type Props = TableProps & { name: string; columns: readonly ListColumn[]; children: ReactNode };

/** The list of a page as a table: rows of 33 px under small, dim headings. */
export function ListTable({ name, columns, children, ...props }: Props) {
  const oneLine = props.layout === 'fixed' ? styles.oneLine : '';
  return (
    <Table
      className={`${styles.table} ${oneLine}`}
      verticalSpacing={0}
      horizontalSpacing={8}
      borderColor="var(--rd-line)"
      highlightOnHover
      highlightOnHoverColor="var(--rd-bg-hover)"
      styles={{
        // The last row has a line too.
        tr: { height: 33, borderBottom: '1px solid var(--table-border-color)' },
        th: { fontWeight: 400 },
      }}
      {...props}
    >
      <caption className="visually-hidden">{name}</caption>
      <Table.Thead style={{ '--table-border-color': 'var(--rd-border)' }}>
        <Table.Tr>
          {columns.map(({ label, head = label, ...column }) => (
            <Table.Th key={label} scope="col" fz="xs" c="dimmed" {...column}>
              {head}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      {children}
    </Table>
  );
}
