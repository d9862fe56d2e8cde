import { Box, Table, Title } from '@mantine/core';
import '@mantine/core/styles/Table.css';
import { visibleText } from '@renderdeck/contract';
import { type ReactNode, useId, useState } from 'react';
import { LinkButton } from '../../../components/link-button.tsx';
import { visibleNode } from '../../../components/name.tsx';
import styles from './measures.module.css';

export type Numbers = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/**
 * One measure: what it says in a sentence, its drawing, and the same numbers as a table. Without
 * enough numbers it is one line.
 */
export function Panel({
  title,
  sentence,
  legend = null,
  table,
  children = null,
}: {
  readonly title: string;
  readonly sentence: string;
  readonly legend?: ReactNode;
  readonly table: Numbers;
  /** The drawing; null if there is too little to draw. */
  readonly children?: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const hasTable = table.rows.length > 0;
  return (
    <section className={styles.panel} aria-label={title}>
      <div className={styles.head}>
        <Title order={2} fz={14} lh="20px" fw={600}>
          {title}
        </Title>
        {children === null ? <p>{visibleText(sentence)}</p> : legend}
        {hasTable && (
          <LinkButton
            fz={12}
            ml="auto"
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            aria-label={`Table: ${title}`}
            onClick={() => setOpen(!open)}
          >
            Table
          </LinkButton>
        )}
      </div>
      {children !== null && <p>{visibleText(sentence)}</p>}
      {children}
      {open && (
        <Box
          id={id}
          component="section"
          aria-label={`${title} as a table`}
          tabIndex={0}
          className={styles.table}
        >
          <NumberTable title={title} numbers={table} />
        </Box>
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
