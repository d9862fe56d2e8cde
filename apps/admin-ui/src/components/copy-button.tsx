import { useState } from 'react';
import styles from './copy-button.module.css';

/** Copies a text; its label shows the result until the button loses focus. */
export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const [result, setResult] = useState<string | null>(null);
  const copy = () => {
    navigator.clipboard.writeText(text()).then(
      () => setResult('Copied'),
      () => setResult('Not copied: the browser does not allow it here.'),
    );
  };
  return (
    <>
      <button
        type="button"
        className={styles.copy}
        aria-label={result === null ? label : `${label}: ${result}`}
        onClick={copy}
        onBlur={() => setResult(null)}
      >
        {result ?? label}
      </button>
      <span role="status" className="visually-hidden">
        {result}
      </span>
    </>
  );
}
