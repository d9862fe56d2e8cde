import { Group, Table } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';
import cards from '../../../components/cards.module.css';
import { Facts } from '../../../components/facts.tsx';
import { ListTable } from '../../../components/list-table.tsx';
import { visibleNode } from '../../../components/name.tsx';

export type Column<Row> = {
  readonly label: string;
  readonly of: (row: Row) => ReactNode;
};

type Props<Row> = {
  readonly name: string;
  /** Null while they are loading. */
  readonly rows: readonly Row[] | null;
  readonly keyOf: (row: Row) => string;
  /** The first column names the row. */
  readonly columns: readonly [Column<Row>, ...Column<Row>[]];
  readonly actions: (row: Row) => ReactNode;
  /** Rows that no longer count, such as revoked tokens. */
  readonly isEnded?: (row: Row) => boolean;
};

/** Records as a table; in a narrow window as a list, with the same names for the same facts. */
export function RecordList<Row>(props: Props<Row>) {
  const narrow = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false });
  return narrow ? <Cards {...props} /> : <Records {...props} />;
}

const ACTIONS = {
  label: 'Actions',
  head: <span className="visually-hidden">Actions</span>,
  w: 72,
} as const;

function Records<Row>({ name, rows, keyOf, columns, actions, isEnded }: Props<Row>) {
  const [first, ...others] = columns;
  const headings = columns.map(({ of: _, ...heading }) => heading);
  return (
    <ListTable name={name} columns={[...headings, ACTIONS]} maw={1100} mt={8} style={WRAPS}>
      <Table.Tbody>
        {rows?.map((row) => (
          <Table.Tr key={keyOf(row)} c={isEnded?.(row) ? 'dimmed' : 'inherit'}>
            <Table.Th scope="row" fw={600}>
              {visibleNode(first.of(row))}
            </Table.Th>
            {others.map(({ label, of }) => (
              <Table.Td key={label}>{visibleNode(of(row))}</Table.Td>
            ))}
            <Table.Td ta="right">{actions(row)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </ListTable>
  );
}

function Cards<Row>({ name, rows, keyOf, columns, actions, isEnded }: Props<Row>) {
  const [first, ...others] = columns;
  return (
    <ul aria-label={name} className={cards.cards} style={WRAPS}>
      {rows?.map((row) => (
        <li key={keyOf(row)} data-ended={isEnded?.(row) || undefined}>
          <Group justify="space-between" gap={8} wrap="nowrap">
            <strong>{visibleNode(first.of(row))}</strong>
            {actions(row)}
          </Group>
          <Facts labelWidth={88} facts={others.map(({ label, of }) => [label, of(row)])} />
        </li>
      ))}
    </ul>
  );
}

const WRAPS = { overflowWrap: 'anywhere' } as const;
