import type { StatusLabel } from '@renderdeck/contract';
import styles from './status-badge.module.css';
import { StatusIcon, statusColour } from './status-icon.tsx';

type Props = {
  label: StatusLabel;
  /** What a person reads; the label if it is not set. */
  text?: string;
  /** The step of a running render, for the title. */
  phase?: string | null;
};

/** Icon and label: colour alone would be lost in print and in forced-colours mode. */
export function StatusBadge({ label, text = label, phase = null }: Props) {
  return (
    <span
      className={styles.badge}
      data-status={label}
      style={{ color: statusColour(label) }}
      title={phase === null ? undefined : `Step: ${describePhase(phase)}`}
    >
      <StatusIcon label={label} />
      {text}
    </span>
  );
}

/** What nexrender does now, as the host names it, in words: "waiting to publish". */
export function describePhase(phase: string): string {
  return phase.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
