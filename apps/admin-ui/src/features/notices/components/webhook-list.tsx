import { Button, Group, Title } from '@mantine/core';
import type { WireWebhook } from '@renderdeck/contract';
import { useRef, useState } from 'react';
import { describeFailure, errorMessage } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { formatCount } from '../../../components/time/format-time.ts';
import { useWebhookChanges, useWebhooks } from '../api/webhooks.ts';
import styles from './notices-page.module.css';
import { type OpenWebhook, WebhookCard } from './webhook-card.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

/** The webhooks of the farm, and the dialogs that add, change and delete one. */
export function WebhookList() {
  const webhooks = useWebhooks();
  const [open, setOpen] = useState<OpenWebhook | 'add' | null>(null);
  const opener = useRef<HTMLElement | null>(null);
  const add = useRef<HTMLButtonElement>(null);
  const show = (dialog: OpenWebhook | 'add') => {
    opener.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setOpen(dialog);
  };
  const close = () => {
    setOpen(null);
    requestAnimationFrame(() =>
      (opener.current?.isConnected ? opener.current : add.current)?.focus(),
    );
  };
  return (
    <section aria-labelledby="webhooks">
      <Group justify="space-between" align="baseline" gap="0 12px">
        <Title order={2} id="webhooks" mt={24} mb={8}>
          Webhooks
        </Title>
        <ActionButton ref={add} size="xs" onClick={() => show('add')}>
          Add webhook
        </ActionButton>
      </Group>
      {webhooks.isError && <p role="alert">Webhooks not loaded. {errorMessage(webhooks.error)}</p>}
      {webhooks.data?.webhooks.length === 0 && (
        <p>No webhook. Add one to send messages to another program.</p>
      )}
      <ul className={styles.cards}>
        {webhooks.data?.webhooks.map((webhook) => (
          <WebhookCard key={webhook.id} webhook={webhook} onOpen={show} />
        ))}
      </ul>
      {open === 'add' && <WebhookDialog webhook={null} onClose={close} />}
      {open !== null && open !== 'add' && open.dialog === 'edit' && (
        <WebhookDialog webhook={open.webhook} onClose={close} />
      )}
      {open !== null && open !== 'add' && open.dialog === 'delete' && (
        <DeleteWebhookDialog webhook={open.webhook} onClose={close} />
      )}
    </section>
  );
}

type Props = { webhook: WireWebhook; onClose: () => void };

/** Asks before a webhook is deleted with its messages. Focus starts on the safe button. */
function DeleteWebhookDialog({ webhook: { name, waiting }, onClose }: Props) {
  const { remove } = useWebhookChanges();
  return (
    <Dialog title={`Delete ${name}?`} width={460} onClose={onClose}>
      <p>
        Its list of messages is deleted too
        {waiting > 0 && `, and ${formatCount(waiting, 'message')} that wait are not sent`}.
      </p>
      <DialogButtons>
        <Button data-autofocus variant="default" onClick={onClose}>
          Keep
        </Button>
        <ActionButton
          variant="danger"
          onClick={() => remove.mutate({ name }, { onSuccess: () => onClose() })}
        >
          Delete webhook
        </ActionButton>
      </DialogButtons>
      <Failure mt={4} mih={0}>
        {remove.isError && describeFailure(remove.error, 'Not deleted.')}
      </Failure>
    </Dialog>
  );
}
