/*
 * Adds a webhook, or changes one. After it was added, or was given a new secret, the same dialog
 * shows the secret, this one time.
 */
import { Button } from '@mantine/core';
import { visibleText, type WireWebhook } from '@renderdeck/contract';
import { useState } from 'react';
import { describeFailure } from '../../../api/describe-failure.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { useWebhookChanges } from '../api/webhooks.ts';
import styles from './notices-page.module.css';
import { WebhookForm, type WebhookInput } from './webhook-form.tsx';

type Props = { webhook: WireWebhook | null; onClose: () => void };

export function WebhookDialog({ webhook, onClose }: Props) {
  const { create, update } = useWebhookChanges();
  const [secret, setSecret] = useState<string | null>(null);
  const send = (input: WebhookInput & { newSecret: boolean }) => {
    const { newSecret, ...settings } = input;
    if (webhook === null) create.mutate(settings, { onSuccess: (made) => setSecret(made.secret) });
    else
      update.mutate(
        { ...settings, name: webhook.name, newSecret },
        { onSuccess: (made) => (made.secret === null ? onClose() : setSecret(made.secret)) },
      );
  };
  const problem = create.error ?? update.error;
  const title = webhook === null ? 'Add webhook' : `Edit ${visibleText(webhook.name)}`;
  return (
    <Dialog title={title} width={560} onClose={onClose}>
      {secret === null ? (
        <>
          <WebhookForm
            webhook={webhook}
            busy={create.isPending || update.isPending}
            onCancel={onClose}
            onSend={send}
          />
          <p role="alert" className={styles.error}>
            {problem !== null && describeFailure(problem, 'Not saved.')}
          </p>
        </>
      ) : (
        <Secret secret={secret} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <>
      <p role="status">
        Saved. This secret signs its messages. Copy it now. It is not shown again.
      </p>
      <p>
        <code className={styles.secret}>{secret}</code>
      </p>
      <div className={styles.buttons}>
        <CopyButton label="Copy secret" text={() => secret} />
        <Button autoFocus data-autofocus onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  );
}
