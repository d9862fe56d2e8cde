import type { WireJob } from '@renderdeck/contract';
import { useMe } from '../../../api/me.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { mayRunAgain, type OpenJobDialog } from '../../../components/job-dialog-request.ts';
import { FollowButton } from '../../../notices/follow-button.tsx';
import styles from './job-page.module.css';

type Props = { job: WireJob; openJobDialog: OpenJobDialog };

/** The buttons for what the user may do with the job now. */
export function JobActions({ job, openJobDialog }: Props) {
  const me = useMe();
  const { can } = me;
  const { id } = job;
  return (
    <div className={styles.actions} data-job={id}>
      {job.endedAt === null && <FollowButton jobId={id} />}
      {can.prioritise && job.position !== null && (
        <ActionButton
          size="xs"
          variant="default"
          onClick={() => openJobDialog({ dialog: 'priority', jobId: id })}
        >
          Change priority
        </ActionButton>
      )}
      {mayRunAgain(job, me) && (
        <ActionButton
          size="xs"
          variant="default"
          onClick={() => openJobDialog({ dialog: 'rerun', jobId: id })}
        >
          Run again
        </ActionButton>
      )}
      {can.stop && job.receipt === null && job.endedAt === null && (
        <ActionButton
          size="xs"
          variant="danger"
          onClick={() => openJobDialog({ dialog: 'stop', jobId: id })}
        >
          {job.position === null ? 'Stop render' : 'Remove from queue'}
        </ActionButton>
      )}
    </div>
  );
}
