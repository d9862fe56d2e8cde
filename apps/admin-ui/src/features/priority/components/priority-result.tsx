import type { SetPriorityOutput } from '@renderdeck/contract';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import styles from './priority-dialog.module.css';

/** The new priority and the exact position it gave, of the moment when it was counted. */
export function PriorityResult({ receipt }: { receipt: SetPriorityOutput['receipt'] }) {
  const { priority, position, countedAt } = receipt;
  return (
    <p role="status" className={styles.done}>
      <strong>Priority {priority.after}.</strong> <QueuePlace position={position.after} />
      {position.before === position.after
        ? ', the same as before the change.'
        : `, was ${formatNumber(position.before)}.`}{' '}
      <span className={styles.small}>As of {formatTime(countedAt)}</span>
    </p>
  );
}
