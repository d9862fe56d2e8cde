import styles from './status-badge.module.css';
import { StatusIcon } from './status-icon.tsx';
import type { StatusLabel } from './status-label.ts';

/** Icon and label: colour alone would be lost in print and in forced-colours mode. */
export function StatusBadge({ label }: { label: StatusLabel }) {
  return (
    <span className={styles.badge} data-status={label}>
      <StatusIcon label={label} />
      {label}
    </span>
  );
}
