import { visibleText } from '@renderdeck/contract';
import styles from './progress-bar.module.css';

/** A bar of fixed width and its percentage. */
export function ProgressBar({
  percent,
  label,
  wide = false,
}: {
  percent: number;
  label: string;
  wide?: boolean;
}) {
  const shown = Math.floor(percent);
  return (
    <span className={styles.progress}>
      <progress
        className={styles.bar}
        style={{ width: wide ? 'min(320px, 60vw)' : 64 }}
        max={100}
        value={shown}
        aria-label={visibleText(label)}
      />
      <span className={styles.number}>{shown} %</span>
    </span>
  );
}
