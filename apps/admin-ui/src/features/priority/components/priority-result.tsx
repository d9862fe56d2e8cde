import type { SetPriorityOutput } from '@renderdeck/contract';
import { formatNumber } from '../../../components/time/format-time.ts';
import styles from './priority-dialog.module.css';

type Props = { receipt: SetPriorityOutput['receipt']; queued: number | undefined };

/** The new priority and the exact position it gave. */
export function PriorityResult({ receipt: { priority, position }, queued }: Props) {
  return (
    <p role="status" className={styles.done}>
      <strong>Priority {priority.after}.</strong> Position {formatNumber(position.after)}
      {queued === undefined ? '' : ` of ${formatNumber(queued)}`}
      {position.before === position.after
        ? ', as before.'
        : `, was ${formatNumber(position.before)}.`}
    </p>
  );
}
