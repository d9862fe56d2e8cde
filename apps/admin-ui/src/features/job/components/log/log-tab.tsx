import type { WireAttempt, WireJob } from '@renderdeck/contract';
import { useState } from 'react';
import { AttemptLines } from './attempt-lines.tsx';
import styles from './log-tab.module.css';

type Props = { readonly job: WireJob; readonly attempts: readonly WireAttempt[] };

/** The log of one attempt: of the newest one, until somebody chooses another. */
export function LogTab({ job, attempts }: Props) {
  const [chosen, choose] = useState<number | null>(null);
  const attempt = attempts.find(({ number }) => number === chosen) ?? attempts[0];
  if (attempt === undefined) return <p className={styles.note}>No log yet</p>;
  const { number } = attempt;
  const selector = attempts.length > 1 && (
    <select
      aria-label="Attempt"
      value={number}
      onChange={({ target }) => choose(Number(target.value))}
    >
      {attempts.map((one) => (
        <option key={one.number} value={one.number}>
          Attempt {one.number}
        </option>
      ))}
    </select>
  );
  return <AttemptLines key={number} job={job} attempt={attempt} selector={selector} />;
}
