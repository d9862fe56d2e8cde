import { useEffect, useRef } from 'react';
import type { Issue } from '../draft/check-draft.ts';
import styles from './submit.module.css';

type Props = {
  issues: readonly Issue[];
  /** An earlier delivery of the draft may be queued. */
  sent: boolean;
  onGo: (field: string) => void;
};

/** All that is wrong, with a link to each field. It takes focus when it appears. */
export function ErrorSummary({ issues, sent, onGo }: Props) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const title = issues.length === 1 ? 'One thing is wrong.' : `${issues.length} things are wrong.`;
  return (
    <section ref={box} className={styles.summary} aria-label={title} tabIndex={-1}>
      <h2>
        {sent ? 'Not confirmed.' : 'Not submitted.'} {title}
      </h2>
      <ul>
        {issues.map(({ field, message }) => (
          <li key={`${field} ${message}`}>
            <button type="button" className="link-button" onClick={() => onGo(field)}>
              {field === 'json' ? message : `${field}: ${message}`}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
