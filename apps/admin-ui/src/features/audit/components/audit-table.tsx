import { Group, Table, Text } from '@mantine/core';
import {
  type AuditResult,
  nameActor,
  visibleText,
  type WireAuditEntry,
} from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, type RefObject, useEffect, useRef } from 'react';
import cards from '../../../components/cards.module.css';
import { type ListColumn, ListTable } from '../../../components/list-table.tsx';
import { Name, NoValue } from '../../../components/name.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import { DayTime } from '../../../components/time/times.tsx';
import { useDocumentTop } from '../../../hooks/use-document-top.ts';
import { describeDeed, describeValues, RESULT_LABELS, receiptOf } from './describe-entry.ts';
import { EntryTarget } from './entry-target.tsx';
import { type AuditRow, describeHole } from './rows-of.ts';

export type RowsProps = {
  readonly rows: readonly AuditRow[];
  readonly busy: boolean;
  /** Runs when the last rows are near, to load more. */
  readonly onEnd: () => void;
};
const ROW_PX = 33;
const CARD_PX = 88;
/** Rows beyond the edges of the window, so that a short scroll shows no gap. */
const OVERSCAN = 20;
const COLUMNS: readonly ListColumn[] = [
  { label: 'When', w: 132 },
  { label: 'Who', w: 112 },
  { label: 'Did', w: 184 },
  { label: 'What' },
  { label: 'Change', w: 160 },
  { label: 'Result', w: 92 },
  { label: 'From', w: 120, visibleFrom: 'lg' },
  { label: 'Receipt', w: 92 },
];
const COLOURS: Readonly<Record<AuditResult, string>> = {
  done: 'inherit',
  stopping: 'var(--rd-stopping)',
  notProven: 'var(--rd-unproven)',
  conflict: 'var(--rd-error)',
  refused: 'var(--rd-error)',
};

/** The rows on the screen and near it, and the heights of those before and after them. */
function useRowsOnScreen(
  { rows, onEnd }: RowsProps,
  body: RefObject<HTMLElement | null>,
  px: number,
) {
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => px,
    overscan: OVERSCAN,
    scrollMargin: useDocumentTop(body),
  });
  const shown = virtualizer.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = (shown.at(-1)?.index ?? -1) + 1;
  const isNearEnd = last >= rows.length && rows.length > 0;
  useEffect(() => {
    if (isNearEnd) onEnd();
  });
  return {
    first,
    shown: rows.slice(first, last),
    before: first * px,
    after: (rows.length - last) * px,
  };
}

export function AuditTable({ loading, ...props }: RowsProps & { loading: boolean }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, shown, before, after } = useRowsOnScreen(props, body, ROW_PX);
  return (
    <ListTable
      name="Audit entries"
      layout="fixed"
      columns={COLUMNS}
      aria-busy={loading || props.busy}
      aria-rowcount={-1}
    >
      <Table.Tbody ref={body}>
        <Space height={before} />
        {shown.map((row, index) => (
          <Row key={row.key} row={row} number={first + index + 2} />
        ))}
        <Space height={after} />
      </Table.Tbody>
    </ListTable>
  );
}

/** The height of rows that are not rendered. */
function Space({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes focus
    <tr aria-hidden="true">
      <td colSpan={COLUMNS.length} style={{ height, padding: 0 }} />
    </tr>
  );
}

const Row = memo(function Row({ row, number }: { row: AuditRow; number: number }) {
  if ('hole' in row) {
    const { hole } = row;
    return (
      <Table.Tr aria-rowindex={number} c="var(--rd-unproven)">
        <Table.Td colSpan={COLUMNS.length}>
          No entries <DayTime at={hole.from} /> – <DayTime at={hole.to} />. {describeHole(hole)}
        </Table.Td>
      </Table.Tr>
    );
  }
  const { entry } = row;
  const deed = describeDeed(entry);
  const change = describeValues(entry);
  const receipt = receiptOf(entry);
  return (
    <Table.Tr aria-rowindex={number} data-result={entry.result}>
      <Table.Th scope="row">
        <Link to="/audit" search={{ entry: Number(entry.id) }}>
          <DayTime at={entry.at} />
        </Link>
      </Table.Th>
      <Table.Td title={visibleText(nameActor(entry.actor))}>
        <Name of={nameActor(entry.actor)} />
      </Table.Td>
      <Table.Td title={visibleText(`${deed} (${entry.action})`)}>{visibleText(deed)}</Table.Td>
      <Table.Td>
        <EntryTarget entry={entry} />
      </Table.Td>
      <Table.Td title={visibleText(change)}>
        {change === '' ? <NoValue /> : visibleText(change)}
      </Table.Td>
      <Table.Td c={COLOURS[entry.result]} title={entry.code ?? undefined}>
        {RESULT_LABELS[entry.result]}
      </Table.Td>
      <Table.Td visibleFrom="lg">{entry.address ?? <NoValue />}</Table.Td>
      <Table.Td>{receipt === null ? <NoValue /> : <ReceiptLink number={receipt} />}</Table.Td>
    </Table.Tr>
  );
});

/** The lines for a narrow window. */
export function AuditCards(props: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const { first, shown, before, after } = useRowsOnScreen(props, list, CARD_PX);
  return (
    <ul ref={list} className={cards.cards} aria-busy={props.busy}>
      {before > 0 && <li aria-hidden="true" style={{ height: before, padding: 0 }} />}
      {shown.map((row, index) => (
        <li
          key={row.key}
          aria-posinset={first + index + 1}
          aria-setsize={-1}
          style={{ height: CARD_PX }}
        >
          {'hole' in row ? (
            <Text size="sm" c="var(--rd-unproven)" truncate>
              No entries <DayTime at={row.hole.from} /> – <DayTime at={row.hole.to} />.{' '}
              {describeHole(row.hole)}
            </Text>
          ) : (
            <Card entry={row.entry} />
          )}
        </li>
      ))}
      {after > 0 && <li aria-hidden="true" style={{ height: after, padding: 0 }} />}
    </ul>
  );
}

function Card({ entry }: { entry: WireAuditEntry }) {
  return (
    <>
      <Group justify="space-between" gap={8} mih={24}>
        <Link to="/audit" search={{ entry: Number(entry.id) }}>
          <DayTime at={entry.at} />
        </Link>
        <Text span inherit c={COLOURS[entry.result]}>
          {RESULT_LABELS[entry.result]}
        </Text>
      </Group>
      <Text size="sm" mih={24} truncate>
        <Name of={nameActor(entry.actor)} />: {visibleText(describeDeed(entry))}
      </Text>
      <Text size="sm" mih={24} truncate>
        <EntryTarget entry={entry} /> {visibleText(describeValues(entry))}
      </Text>
    </>
  );
}
