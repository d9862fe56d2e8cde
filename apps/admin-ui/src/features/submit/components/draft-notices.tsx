import { formatTime } from '../../../components/time/format-time.ts';
import type { useDraft } from '../hooks/use-draft.ts';
import styles from './submit.module.css';

/** Says that the draft is an old one, and whether it may be queued already. */
export function DraftNotices({ draft }: { draft: ReturnType<typeof useDraft> }) {
  if (draft.restoredAt === null) return null;
  return (
    <p className={styles.notice} role="status">
      Draft of {formatTime(draft.restoredAt).slice(0, 5)} restored. Secrets are not kept.{' '}
      {draft.draft.sent &&
        'It was sent and not confirmed: it may be queued. Submit it again, and it is queued once. '}
      <button type="button" className="link-button" onClick={draft.discard}>
        Discard
      </button>
    </p>
  );
}
