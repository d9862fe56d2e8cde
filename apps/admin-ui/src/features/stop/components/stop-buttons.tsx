import { Button } from '@mantine/core';
import type { Ref } from 'react';
import { ActionButton } from '../../../components/action-button.tsx';
import type { StopQuestion } from './decide-stop-question.ts';
import styles from './stop-dialog.module.css';

type Props = {
  question: StopQuestion;
  safeButton: Ref<HTMLButtonElement>;
  busy: boolean;
  /** The red button ignores clicks for its first moment, and shows that. */
  waits: boolean;
  onKeep: () => void;
  onStop: () => void;
  onSeeReceipt: () => void;
};

/** The safe button, and the red one while there is something to stop. */
export function StopButtons({
  question,
  safeButton,
  busy,
  waits,
  onKeep,
  onStop,
  onSeeReceipt,
}: Props) {
  return (
    <div className={styles.buttons}>
      <Button
        ref={safeButton}
        data-autofocus
        variant="default"
        onClick={question.kind === 'alreadyRequested' ? onSeeReceipt : onKeep}
      >
        {safeLabel(question)}
      </Button>
      {question.kind === 'confirm' && (
        <ActionButton
          className="danger"
          aria-disabled={busy || waits}
          data-waits={waits}
          onClick={busy ? undefined : onStop}
        >
          {question.stopLabel}
        </ActionButton>
      )}
    </div>
  );
}

function safeLabel(question: StopQuestion): string {
  switch (question.kind) {
    case 'confirm':
      return question.keepLabel;
    case 'alreadyRequested':
      return 'See receipt';
    case 'ended':
      return 'Close';
  }
}
