import styles from './queue.module.css';
import type { HeldChanges } from './use-held-order.ts';

/** "3 moved, 2 new, 1 ended. Show new order U"; nothing while the held order is the true one. */
export function HeldNotice({ changes, onShow }: { changes: HeldChanges; onShow: () => void }) {
  const parts = [
    { count: changes.moved.size, word: 'moved' },
    { count: changes.added.size, word: 'new' },
    { count: changes.ended.size, word: 'ended' },
  ].filter(({ count }) => count > 0);
  if (parts.length === 0) return null;
  return (
    <p className={styles.held}>
      {parts.map(({ count, word }) => `${count} ${word}`).join(', ')}.{' '}
      <button type="button" className="link-button" aria-keyshortcuts="U" onClick={onShow}>
        Show new order <kbd>U</kbd>
      </button>
      <span role="status" className="visually-hidden">
        Order changed. Press U to show it.
      </span>
    </p>
  );
}
