import { useEffect, useRef } from 'react';
import { useAttemptLog } from '../api/get-attempt-log.ts';
import styles from './job-page.module.css';

/** The last lines of the render log. */
export function AttemptLog({ id, running }: { id: string; running: boolean }) {
  const box = useRef<HTMLPreElement>(null);
  const following = useRef(true);
  const log = useAttemptLog(id, running);
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
    <section className={styles.section}>
      <h2>Log</h2>
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
    </section>
  );
}
