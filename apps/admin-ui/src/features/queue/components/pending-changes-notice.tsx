import { useEffect } from 'react';
import { useApi } from '../../../api/api.ts';
import { formatNumber } from '../../../components/time/format-time.ts';
import type { PendingChanges } from '../hooks/pending-changes.ts';
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
  const { announcer } = useApi();
  const changed = parts.length > 0;
  useEffect(() => {
    if (changed) announcer.say('Order changed. Press U to show it.');
  }, [announcer, changed]);
  if (parts.length === 0) return null;
  return (
    <p className={styles.pending}>
      {parts.map(({ count, label }) => `${formatNumber(count)} ${label}`).join(', ')}.{' '}
      <button type="button" className="link-button" aria-keyshortcuts="U" onClick={onShow}>
        Show new order <kbd>U</kbd>
      </button>
    </p>
  );
}
