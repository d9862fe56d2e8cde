import { nameActor, visibleText } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { memo, type RefObject, useEffect, useRef, useState } from 'react';
import cards from '../../../components/cards.module.css';
import { Name, NoValue } from '../../../components/name.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import table from '../../../components/table.module.css';
import { DayTime } from '../../../components/time/times.tsx';
import styles from './audit.module.css';
import { describeDeed, describeValues, RESULT_LABELS, receiptOf } from './describe-entry.ts';
import { EntryTarget } from './entry-target.tsx';
import { type AuditRow, describeHole } from './rows-of.ts';

export type RowsProps = {
  readonly rows: readonly AuditRow[];
  readonly busy: boolean;
  /** The last rows are near: more are wanted. */
  readonly onEnd: () => void;
};
const ROW_PX = 33;
const COLUMNS = ['When', 'Who', 'Did', 'What', 'Change', 'Result', 'From', 'Receipt'] as const;

export function AuditTable({ rows, busy, onEnd, loading }: RowsProps & { loading: boolean }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, last } = useVisibleRows(body, rows.length, ROW_PX);
  const isNearEnd = last >= rows.length && rows.length > 0;
  useEffect(() => {
    if (isNearEnd) onEnd();
  });
  return (
    <table
      className={`${table.table} ${table.oneLine} ${styles.table}`}
      aria-busy={loading || busy}
      aria-rowcount={-1}
    >
      <caption className="visually-hidden">Audit entries</caption>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" data-column={column}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        <Space rows={first} />
        {rows.slice(first, last).map((row, index) => (
          <Row key={row.key} row={row} number={first + index + 2} />
        ))}
        <Space rows={rows.length - last} />
      </tbody>
    </table>
  );
}

/** The height of rows that are not rendered; the attribute of a cell needs no style. */
function Space({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes focus
    <tr aria-hidden="true" className={styles.space}>
      <td colSpan={COLUMNS.length}>
        <svg width="1" height={rows * ROW_PX} aria-hidden="true" />
      </td>
    </tr>
  );
}

const Row = memo(function Row({ row, number }: { row: AuditRow; number: number }) {
  if ('hole' in row) {
    const { hole } = row;
    return (
      <tr aria-rowindex={number} className={styles.hole}>
        <td colSpan={COLUMNS.length}>
          No entries <DayTime at={hole.from} /> – <DayTime at={hole.to} />. {describeHole(hole)}
        </td>
      </tr>
    );
  }
  const { entry } = row;
  const deed = describeDeed(entry);
  const change = describeValues(entry);
  const receipt = receiptOf(entry);
  return (
    <tr aria-rowindex={number} data-result={entry.result}>
      <th scope="row" data-column="When">
        <Link to="/audit" search={{ entry: Number(entry.id) }}>
          <DayTime at={entry.at} />
        </Link>
      </th>
      <td title={visibleText(nameActor(entry.actor))}>
        <Name of={nameActor(entry.actor)} />
      </td>
      <td title={visibleText(`${deed} (${entry.action})`)}>{visibleText(deed)}</td>
      <td>
        <EntryTarget entry={entry} />
      </td>
      <td title={visibleText(change)}>{change === '' ? <NoValue /> : visibleText(change)}</td>
      <td data-column="Result" title={entry.code ?? undefined}>
        {RESULT_LABELS[entry.result]}
      </td>
      <td data-column="From">{entry.address ?? <NoValue />}</td>
      <td>{receipt === null ? <NoValue /> : <ReceiptLink number={receipt} />}</td>
    </tr>
  );
});

const CARD_PX = 88;

/** The lines for a narrow window. */
export function AuditCards({ rows, busy, onEnd }: RowsProps) {
  const list = useRef<HTMLUListElement>(null);
  const { first, last } = useVisibleRows(list, rows.length, CARD_PX);
  const isNearEnd = last >= rows.length && rows.length > 0;
  useEffect(() => {
    if (isNearEnd) onEnd();
  });
  return (
    <ul ref={list} className={`${cards.cards} ${styles.cards}`} aria-busy={busy}>
      <CardSpace rows={first} />
      {rows.slice(first, last).map((row, index) => (
        <li key={row.key} aria-posinset={first + index + 1} aria-setsize={-1}>
          {'hole' in row ? (
            <p className={styles.hole}>
              No entries <DayTime at={row.hole.from} /> – <DayTime at={row.hole.to} />.{' '}
              {describeHole(row.hole)}
            </p>
          ) : (
            <>
              <p className={cards.head}>
                <Link to="/audit" search={{ entry: Number(row.entry.id) }}>
                  <DayTime at={row.entry.at} />
                </Link>
                <span data-result={row.entry.result}>{RESULT_LABELS[row.entry.result]}</span>
              </p>
              <p>
                <Name of={nameActor(row.entry.actor)} />: {visibleText(describeDeed(row.entry))}
              </p>
              <p>
                <EntryTarget entry={row.entry} /> {visibleText(describeValues(row.entry))}
              </p>
            </>
          )}
        </li>
      ))}
      <CardSpace rows={rows.length - last} />
    </ul>
  );
}

function CardSpace({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <li aria-hidden="true" className={styles.space}>
      <svg width="1" height={rows * CARD_PX} aria-hidden="true" />
    </li>
  );
}

/** Rows beyond the window's edges, so that a short scroll shows no gap. */
const MARGIN_ROWS = 20;
const FIRST = { first: 0, last: 60 };

/**
 * Which rows of a long list are on the screen, or near it. The document scrolls, and each row is
 * `rowPx` high; `body` holds the rows and the space of those that are not rendered.
 */
function useVisibleRows(
  body: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
): { readonly first: number; readonly last: number } {
  const [range, setRange] = useState(FIRST);
  useEffect(() => {
    const measure = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const seen = Math.floor(Math.max(0, -top) / rowPx);
      const first = Math.max(0, seen - MARGIN_ROWS);
      const last = seen + Math.ceil(window.innerHeight / rowPx) + MARGIN_ROWS;
      setRange((known) =>
        Math.abs(known.first - first) < MARGIN_ROWS / 2 &&
        Math.abs(known.last - last) < MARGIN_ROWS / 2
          ? known
          : { first, last },
      );
    };
    measure();
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [body, rowPx]);
  return { first: Math.min(range.first, count), last: Math.min(range.last, count) };
}
