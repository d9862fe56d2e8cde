import { Button } from '@mantine/core';
import { Dialog } from '../../../components/dialog.tsx';
import { usePriorityChange } from '../hooks/use-priority-change.ts';
import { PriorityConflict } from './priority-conflict.tsx';
import styles from './priority-dialog.module.css';
import { PriorityForm } from './priority-form.tsx';
import { PriorityResult } from './priority-result.tsx';

/** Changes the priority of a queued job; hooks/use-priority-change.ts has the steps. */
export function PriorityDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const change = usePriorityChange(id);
  const { job, conflict, leftQueue, result } = change;
  if (job === undefined) return null;
  const ended = result !== null || leftQueue !== null;
  return (
    <Dialog title="Change priority" width={460} onClose={onClose}>
      {result !== null && <PriorityResult receipt={result.receipt} />}
      {result === null && leftQueue !== null && <p role="status">{leftQueue}</p>}
      {ended && (
        <div className={styles.buttons}>
          <Button data-autofocus autoFocus onClick={onClose}>
            Close
          </Button>
        </div>
      )}
      {!ended && conflict?.kind === 'changed' && (
        <PriorityConflict change={change} conflict={conflict} onKeep={onClose} />
      )}
      {!ended && <PriorityForm change={change} job={job} onKeep={onClose} />}
    </Dialog>
  );
}
