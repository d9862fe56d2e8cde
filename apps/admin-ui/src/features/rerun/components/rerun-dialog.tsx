import { Button } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '../../../components/dialog.tsx';
import { useJob } from '../../../live/use-job.ts';
import { useResubmitJob } from '../api/resubmit-job.ts';
import styles from './rerun-dialog.module.css';
import { RerunForm } from './rerun-form.tsx';
import { RerunResult } from './rerun-result.tsx';

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
