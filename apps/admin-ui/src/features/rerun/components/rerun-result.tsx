import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { useJob } from '../../../live/use-job.ts';
import styles from './rerun-dialog.module.css';

/** The new job and where it stands now; it takes focus. */
export function RerunResult({ id, onOpen }: { id: string; onOpen: () => void }) {
  const job = useJob(id);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const position = job?.position ?? null;
  return (
    <>
      <h3 ref={heading} tabIndex={-1} className={styles.done}>
        <strong>Queued.</strong>{' '}
        {position === null ? (
          'It has left the queue.'
        ) : (
          <>
            <QueuePlace position={position} />.
          </>
        )}
      </h3>
      <p className={styles.body}>
        <Link to="/jobs/$id" params={{ id }} onClick={onOpen}>
          Open the new job
        </Link>
      </p>
    </>
  );
}
