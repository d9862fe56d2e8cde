import { Button } from '@mantine/core';
import { ActionButton } from '../../../components/action-button.tsx';
import type { Conflict } from '../api/read-conflict.ts';
import type { PriorityChange } from '../hooks/use-priority-change.ts';
import styles from './priority-dialog.module.css';

type Props = {
  change: PriorityChange;
  conflict: Extract<Conflict, { kind: 'changed' }>;
  onKeep: () => void;
};

/** Says who changed the priority in the meantime, and offers both ways to go on. */
export function PriorityConflict({
  change: { opened, wanted, setAnyway },
  conflict,
  onKeep,
}: Props) {
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
