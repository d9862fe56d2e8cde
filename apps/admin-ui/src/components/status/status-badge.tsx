import { describePhase } from './describe-phase.ts';
import styles from './status-badge.module.css';
import { StatusIcon } from './status-icon.tsx';
import type { StatusLabel } from './status-label.ts';

type Props = {
  label: StatusLabel;
  /** The step of a running render, for the title. */
  phase?: string | null;
};

/** Icon and label: colour alone would be lost in print and in forced-colours mode. */
export function StatusBadge({ label, phase = null }: Props) {
  return (
    <span
      className={styles.badge}
      data-status={label}
      title={phase === null ? undefined : `Step: ${describePhase(phase)}`}
    >
      <StatusIcon label={label} />
      {label}
    </span>
  );
}
