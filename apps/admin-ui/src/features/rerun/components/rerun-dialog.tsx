import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { Dialog } from '../../../components/dialog.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { useJob } from '../../../live/use-job.ts';
import styles from './rerun-dialog.module.css';
import { RerunForm } from './rerun-form.tsx';

/** Runs a job again: asks for the priority, then shows the new job and its place. */
export function RerunDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const job = useJob(id);
  const resubmit = useResubmitJob();
  // One key for all tries, whatever their priority: two of them never queue two jobs.
  const [idempotencyKey] = useState(() => `${id}-${Date.now()}`);
  if (job === undefined) return null;
  const made = resubmit.data?.job;
  return (
    <Dialog title="Run again" width={460} onClose={onClose}>
      {made === undefined ? (
        <RerunForm
          job={job}
          busy={resubmit.isPending}
          error={resubmit.error}
          onKeep={onClose}
          onRun={(priority) => resubmit.mutate({ id, priority, idempotencyKey })}
        />
      ) : (
        <>
          <RerunResult id={made.id} onOpen={onClose} />
          <div className={styles.buttons}>
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Queues the same order again; the new job goes to the job store. */
function useResubmitJob() {
  const api = useApi();
  return useMutation(
    api.trpc.resubmitJob.mutationOptions({ onSuccess: ({ job }) => api.jobs.put([job]) }),
  );
}

/** The new job and where it stands now; it takes focus. */
function RerunResult({ id, onOpen }: { id: string; onOpen: () => void }) {
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
