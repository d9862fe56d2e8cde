import { Button } from '@mantine/core';
import type { WireWebhook } from '@renderdeck/contract';
import { describeFailure } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { formatCount } from '../../../components/time/format-time.ts';
import { useWebhookChanges } from '../api/webhooks.ts';
import styles from './notices-page.module.css';

type Props = { webhook: WireWebhook; onClose: () => void };

/** Asks before a webhook is deleted with its messages. Focus starts on the safe button. */
export function DeleteWebhookDialog({ webhook: { name, waiting }, onClose }: Props) {
  const { remove } = useWebhookChanges();
  return (
    <Dialog title={`Delete ${name}?`} width={460} onClose={onClose}>
      <p>
        Its list of messages goes with it
        {waiting > 0 && `, and ${formatCount(waiting, 'message')} that wait are not sent`}.
      </p>
      <div className={styles.buttons}>
        <Button data-autofocus variant="default" onClick={onClose}>
          Keep
        </Button>
        <ActionButton
          className="danger"
          onClick={() => remove.mutate({ name }, { onSuccess: () => onClose() })}
        >
          Delete webhook
        </ActionButton>
      </div>
      <p role="alert" className={styles.error}>
        {remove.isError && describeFailure(remove.error, 'Not deleted.')}
      </p>
    </Dialog>
  );
}
