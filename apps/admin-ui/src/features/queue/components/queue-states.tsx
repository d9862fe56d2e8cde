import { errorMessage } from '../../../api/describe-failure.ts';
import { formatTime } from '../../../components/time/format-time.ts';
import { isFiltered, type QueueFilter } from '../api/queue-search.ts';
import styles from './queue.module.css';
import { SubmitLink } from './submit-link.tsx';

const EMPTY_TEXTS: Readonly<Record<QueueFilter['show'], string>> = {
  active: 'Nothing queued.',
  ended: 'No job has ended yet.',
  all: 'No job yet.',
};

export function ListIsEmpty({ filter, onClear }: { filter: QueueFilter; onClear: () => void }) {
  if (isFiltered(filter))
    return (
      <p className={styles.empty}>
        No job matches.{' '}
        <button type="button" className="link-button" onClick={onClear}>
          Clear filter
        </button>
      </p>
    );
  return (
    <p className={styles.empty}>
      {filter.open === true ? 'No attempt waits for a proof.' : EMPTY_TEXTS[filter.show]}{' '}
      {filter.show === 'active' && <SubmitLink />}
    </p>
  );
}

export function ListFailed({
  error,
  at,
  onRetry,
}: {
  error: unknown;
  at: number;
  onRetry: () => void;
}) {
  return (
    <div role="alert" className={styles.empty}>
      Queue not loaded. {errorMessage(error)} It was tried at {formatTime(at)}.{' '}
      <button type="button" className="link-button" onClick={onRetry}>
        Try again
      </button>
      <details>
        <summary>Details</summary>
        <code>{String(error)}</code>
      </details>
    </div>
  );
}
