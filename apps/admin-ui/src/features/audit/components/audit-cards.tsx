import { nameActor, visibleText } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import cards from '../../../components/cards.module.css';
import { Name } from '../../../components/name.tsx';
import { DayTime } from '../../../components/time/day-time.tsx';
import { useVisibleRows } from '../../../hooks/use-visible-rows.ts';
import styles from './audit.module.css';
import type { RowsProps } from './audit-table.tsx';
import { describeDeed, describeValues, RESULT_LABELS } from './describe-entry.ts';
import { EntryTarget } from './entry-target.tsx';
import { describeHole } from './rows-of.ts';

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
      <Space rows={first} />
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
      <Space rows={rows.length - last} />
    </ul>
  );
}

function Space({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <li aria-hidden="true" className={styles.space}>
      <svg width="1" height={rows * CARD_PX} aria-hidden="true" />
    </li>
  );
}
