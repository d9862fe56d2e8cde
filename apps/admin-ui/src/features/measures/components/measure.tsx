import { visibleText } from '@renderdeck/contract';
import type { ReactNode } from 'react';
import { visibleNode } from '../../../components/name.tsx';
import type { Described } from './describe-measures.ts';
import styles from './measures.module.css';

export type Table = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** One measure: what it says in a sentence, its chart, and the same numbers as a table. */
export function Measure({
  title,
  described: { sentence, isEnough },
  note,
  table: { head, rows },
  children,
}: {
  readonly title: string;
  readonly described: Described;
  /** What is counted, where the title does not say it. */
  readonly note?: string;
  readonly table: Table;
  readonly children: ReactNode;
}) {
  const [first, ...others] = head;
  return (
    <section className={styles.measure} aria-label={title}>
      <h2>{title}</h2>
      <p>{visibleText(sentence)}</p>
      {note === undefined ? null : <p className={styles.about}>{note}</p>}
      {isEnough ? children : <div className={styles.chart} />}
      {rows.length === 0 ? null : (
        <details>
          <summary>Show as table</summary>
          <table>
            <caption className="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{first}</th>
                {others.map((label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, ...cells]) => (
                <tr key={name}>
                  <th scope="row">{visibleNode(name)}</th>
                  {cells.map((cell, index) => (
                    <td key={others[index]}>{visibleNode(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </section>
  );
}
