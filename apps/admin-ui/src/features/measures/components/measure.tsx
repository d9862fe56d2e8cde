import { Box, Table, Text, Title } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import { visibleText } from '@renderdeck/contract';
import type { ReactNode } from 'react';
import { visibleNode } from '../../../components/name.tsx';
import type { Described } from './describe-measures.ts';
import styles from './measures.module.css';

export type Numbers = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** One measure: what it says in a sentence, its chart, and the same numbers as a table. */
export function Measure({
  title,
  described: { sentence, isEnough },
  note,
  table,
  children,
}: {
  readonly title: string;
  readonly described: Described;
  /** What is counted, if the title does not say it. */
  readonly note?: string;
  readonly table: Numbers;
  readonly children: ReactNode;
}) {
  return (
    <section className={styles.measure} aria-label={title}>
      <Title order={2} fz={14}>
        {title}
      </Title>
      <Text my={4}>{visibleText(sentence)}</Text>
      {note === undefined ? null : (
        <Text size="sm" c="dimmed" my={4}>
          {note}
        </Text>
      )}
      {isEnough ? children : <Box mih={200} />}
      {table.rows.length === 0 ? null : (
        <details>
          <summary>Show as table</summary>
          <NumberTable title={title} numbers={table} />
        </details>
      )}
    </section>
  );
}

function NumberTable({ title, numbers }: { title: string; numbers: Numbers }) {
  const [first, ...others] = numbers.head;
  return (
    <Table
      fz="xs"
      ta="right"
      verticalSpacing={3}
      horizontalSpacing={4}
      borderColor="var(--rd-line)"
    >
      <caption className="visually-hidden">{title}</caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" fw={400}>
            {first}
          </Table.Th>
          {others.map((label) => (
            <Table.Th key={label} scope="col" ta="right">
              {label}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {numbers.rows.map(([name, ...cells]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={400}>
              {visibleNode(name)}
            </Table.Th>
            {cells.map((cell, index) => (
              <Table.Td key={others[index]}>{visibleNode(cell)}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
