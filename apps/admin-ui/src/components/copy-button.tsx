import { useState } from 'react';
import styles from './copy-button.module.css';

/** Copies a text; says so in its own words, for as long as it keeps focus. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => setSaid('Copied'),
      () => setSaid('Not copied: the browser does not allow it here.'),
    );
  };
  return (
    <button type="button" className={styles.copy} onClick={copy} onBlur={() => setSaid(null)}>
      <span role="status">{said ?? label}</span>
    </button>
  );
}
