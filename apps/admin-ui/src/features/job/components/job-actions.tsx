import { Button } from '@mantine/core';
import type { WireJob } from '@renderdeck/contract';
import { useMe } from '../../../api/me.ts';
import type { OpenJobDialog } from '../../../components/job-dialog-request.ts';
import styles from './job-page.module.css';

type Props = { job: WireJob; openJobDialog: OpenJobDialog };

/** The buttons for what the user may do with the job now. */
export function JobActions({ job, openJobDialog }: Props) {
  const { can } = useMe();
  const { id } = job;
  return (
    <div className={styles.actions} data-job={id}>
      {can.prioritise && job.position !== null && (
        <Button
          size="xs"
          variant="default"
          onClick={() => openJobDialog({ dialog: 'priority', jobId: id })}
        >
          Change priority
        </Button>
      )}
      {can.stop && job.receipt === null && job.endedAt === null && (
        <Button
          size="xs"
          className="danger"
          onClick={() => openJobDialog({ dialog: 'stop', jobId: id })}
        >
          {job.position === null ? 'Stop render' : 'Remove from queue'}
        </Button>
      )}
    </div>
  );
}
