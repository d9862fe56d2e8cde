import type { ListJobsInput } from '@renderdeck/contract';
import { errorMessage } from '../../../api/error-message.ts';
import styles from './queue.module.css';

const EMPTY_TEXTS: Readonly<Record<ListJobsInput['show'], string>> = {
  active: 'Nothing queued.',
  ended: 'No job has ended yet.',
  all: 'No job yet.',
};

export function ListIsEmpty({ show, open }: Pick<ListJobsInput, 'show' | 'open'>) {
  const text = open ? 'No attempt waits for a proof.' : EMPTY_TEXTS[show];
  return <p className={styles.empty}>{text}</p>;
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
