import type { WireAttempt } from '@renderdeck/contract';
import { useEffect, useRef, useState } from 'react';
import { useAttemptLog } from '../api/get-attempt-log.ts';
import styles from './job-page.module.css';

type Props = { id: string; attempts: readonly WireAttempt[]; running: boolean };

/** The log of one attempt: of the newest one, until somebody chooses another. */
export function AttemptLog({ id, attempts, running }: Props) {
  const [chosen, choose] = useState<number | null>(null);
  const [newest] = attempts;
  if (newest === undefined) return null;
  const shown = chosen ?? newest.number;
  return (
    <section className={styles.section}>
      <h2>Log</h2>
      {attempts.length > 1 && (
        <select
          aria-label="Attempt"
          className={styles.attempt}
          value={shown}
          onChange={({ target }) => choose(Number(target.value))}
        >
          {attempts.map(({ number }) => (
            <option key={number} value={number}>
              Attempt {number}
            </option>
          ))}
        </select>
      )}
      <Lines key={shown} id={id} attempt={shown} running={running && shown === newest.number} />
    </section>
  );
}

/** All lines of one attempt. */
function Lines({ id, attempt, running }: { id: string; attempt: number; running: boolean }) {
  const box = useRef<HTMLPreElement>(null);
  const following = useRef(true);
  const log = useAttemptLog(id, attempt, running);
  const lines = log.data ?? [];
  // Scroll to the end with new lines, unless the reader has scrolled up.
  const last = log.dataUpdatedAt;
  useEffect(() => {
    const node = box.current;
    if (node !== null && last > 0 && following.current) node.scrollTop = node.scrollHeight;
  }, [last]);
  const onScroll = () => {
    const node = box.current;
    if (node !== null)
      following.current = node.scrollHeight - node.scrollTop - node.clientHeight < 24;
  };
  return (
    <pre
      ref={box}
      onScroll={onScroll}
      className={styles.log}
      role="log"
      aria-live="off"
      aria-label="Log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the box scrolls
      tabIndex={0}
    >
      {lines.length === 0 ? 'No log yet' : lines.join('\n')}
    </pre>
  );
}
