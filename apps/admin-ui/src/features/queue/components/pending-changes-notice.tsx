import type { PendingChanges } from '../hooks/use-frozen-order.ts';
import styles from './queue.module.css';

/** "3 moved, 2 new, 1 ended. Show new order U"; empty while nothing has changed. */
export function PendingChangesNotice({
  changes,
  onShow,
}: {
  changes: PendingChanges;
  onShow: () => void;
}) {
  const parts = [
    { count: changes.moved.size, label: 'moved' },
    { count: changes.added.size, label: 'new' },
    { count: changes.ended.size, label: 'ended' },
  ].filter(({ count }) => count > 0);
  if (parts.length === 0) return null;
  return (
    <p className={styles.pending}>
      {parts.map(({ count, label }) => `${count} ${label}`).join(', ')}.{' '}
      <button type="button" className="link-button" aria-keyshortcuts="U" onClick={onShow}>
        Show new order <kbd>U</kbd>
      </button>
      <span role="status" className="visually-hidden">
        Order changed. Press U to show it.
      </span>
    </p>
  );
}
