import { Button } from '@mantine/core';
import type { SetPriorityOutput } from '@renderdeck/contract';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import type { Conflict } from '../api/read-conflict.ts';
import { type PriorityChange, usePriorityChange } from '../hooks/use-priority-change.ts';
import styles from './priority-dialog.module.css';
import { PriorityForm } from './priority-form.tsx';

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

type Props = {
  change: PriorityChange;
  conflict: Extract<Conflict, { kind: 'changed' }>;
  onKeep: () => void;
};

/** Says who changed the priority in the meantime, and offers both ways to go on. */
function PriorityConflict({ change: { opened, wanted, setAnyway }, conflict, onKeep }: Props) {
  return (
    <div role="alert" className={styles.conflict}>
      <p>
        <strong>{conflict.text}</strong> You opened it at {opened.priority}.
      </p>
      <div className={styles.buttons}>
        <Button variant="default" onClick={onKeep}>
          Keep {conflict.priority}
        </Button>
        <ActionButton disabled={wanted === null} onClick={() => setAnyway(conflict.version)}>
          Set {wanted ?? '…'} anyway
        </ActionButton>
      </div>
    </div>
  );
}

/** The new priority and the exact position it gave, of the moment when it was counted. */
function PriorityResult({ receipt }: { receipt: SetPriorityOutput['receipt'] }) {
  const { priority, position, countedAt } = receipt;
  return (
    <p role="status" className={styles.done}>
      <strong>Priority {priority.after}.</strong> <QueuePlace position={position.after} />
      {position.before === position.after
        ? ', the same as before the change.'
        : `, was ${formatNumber(position.before)}.`}{' '}
      <span className={styles.small}>As of {formatTime(countedAt)}</span>
    </p>
  );
}
