import { useRef, useState } from 'react';
import { errorMessage } from '../../../api/error-message.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { useWebhooks } from '../api/webhooks.ts';
import { DeleteWebhookDialog } from './delete-webhook-dialog.tsx';
import styles from './notices-page.module.css';
import type { OpenWebhook } from './open-webhook.ts';
import { WebhookCard } from './webhook-card.tsx';
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
      <div className={styles.title}>
        <h2 id="webhooks">Webhooks</h2>
        <ActionButton ref={add} size="xs" onClick={() => show('add')}>
          Add webhook
        </ActionButton>
      </div>
      {webhooks.isError && <p role="alert">Webhooks not loaded. {errorMessage(webhooks.error)}</p>}
      {webhooks.data?.webhooks.length === 0 && <p>No webhook. Add one to tell another program.</p>}
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
