import type { ListJobsInput } from '@renderdeck/contract';
import { errorMessage } from '../../../api/error-message.ts';
import styles from './queue.module.css';

const EMPTY_TEXTS: Readonly<Record<ListJobsInput['show'], string>> = {
  active: 'Nothing queued.',
  ended: 'No job has ended yet.',
  all: 'No job yet.',
};

export function ListIsEmpty({ show }: { show: ListJobsInput['show'] }) {
  return <p className={styles.empty}>{EMPTY_TEXTS[show]}</p>;
}

export function ListFailed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <p role="alert" className={styles.empty}>
      Queue not loaded. {errorMessage(error)}{' '}
      <button type="button" className="link-button" onClick={onRetry}>
        Try again
      </button>
    </p>
  );
}
