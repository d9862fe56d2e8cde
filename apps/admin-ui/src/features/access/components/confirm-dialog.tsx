import { Button } from '@mantine/core';
import { visibleText } from '@renderdeck/contract';
import { describeFailure } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import styles from './access.module.css';

type Props = {
  title: string;
  /** What follows, a sentence each. */
  facts: readonly string[];
  keep: string;
  act: string;
  isDanger: boolean;
  change: { readonly isPending: boolean; readonly error: unknown };
  onAct: () => void;
  onClose: () => void;
};

/** Asks before a change of access. Focus starts on the button that changes nothing. */
export function ConfirmDialog(props: Props) {
  const { title, facts, keep, act, isDanger, change, onAct, onClose } = props;
  return (
    <Dialog title={title} width={460} onClose={onClose}>
      {facts.map((fact) => (
        <p key={fact}>{visibleText(fact)}</p>
      ))}
      <p role="alert" className={styles.error}>
        {change.error !== null && describeFailure(change.error, 'Not done.')}
      </p>
      <div className={styles.buttons}>
        <Button data-autofocus variant="default" onClick={onClose}>
          {keep}
        </Button>
        <ActionButton
          className={isDanger ? 'danger' : undefined}
          aria-disabled={change.isPending}
          onClick={() => {
            if (!change.isPending) onAct();
          }}
        >
          {act}
        </ActionButton>
      </div>
    </Dialog>
  );
}
