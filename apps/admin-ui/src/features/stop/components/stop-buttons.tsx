import { Button } from '@mantine/core';
import type { Ref } from 'react';
import type { StopQuestion } from './decide-stop-question.ts';
import styles from './stop-dialog.module.css';

type Props = {
  question: StopQuestion;
  safeButton: Ref<HTMLButtonElement>;
  busy: boolean;
  onKeep: () => void;
  onStop: () => void;
  onSeeReceipt: () => void;
};

/** The safe button, and the red one while there is something to stop. */
export function StopButtons({ question, safeButton, busy, onKeep, onStop, onSeeReceipt }: Props) {
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
        <Button className="danger" aria-disabled={busy} onClick={busy ? undefined : onStop}>
          {question.stopLabel}
        </Button>
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
