import { Link } from '@tanstack/react-router';
import { formatTime } from '../../../components/time/format-time.ts';
import type { SubmitForm } from '../hooks/use-submit-form.ts';
import styles from './submit.module.css';

/** Says that the draft is an old one, and whether it is queued already, or may be. */
export function DraftNotices({ form }: { form: SubmitForm }) {
  const { draft, queuedBefore, sending, discard } = form;
  const { restoredAt } = draft;
  const mayBeQueued = draft.draft.sent && !sending.isSending;
  if (queuedBefore !== null) return <QueuedBefore jobId={queuedBefore} onDiscard={discard} />;
  if (restoredAt === null && !mayBeQueued) return null;
  return (
    <p className={styles.notice} role="status">
      {restoredAt !== null &&
        `Draft of ${formatTime(restoredAt).slice(0, 5)} restored. Secrets are not kept. `}
      {mayBeQueued &&
        'It was sent and not confirmed: it may be queued. Submit it again as it was, and it is ' +
          'queued once. '}
      <Discard onDiscard={discard} />
    </p>
  );
}

function QueuedBefore({ jobId, onDiscard }: { jobId: string; onDiscard: () => void }) {
  return (
    <p className={styles.notice} role="alert">
      Not submitted. You changed this draft after it was sent, and as it was then it is queued:{' '}
      <Link to="/jobs/$id" params={{ id: jobId }}>
        open that job
      </Link>
      . Submit again, and the draft as it is now is queued as another job.{' '}
      <Discard onDiscard={onDiscard} />
    </p>
  );
}

function Discard({ onDiscard }: { onDiscard: () => void }) {
  return (
    <button type="button" className="link-button" onClick={onDiscard}>
      Discard
    </button>
  );
}
