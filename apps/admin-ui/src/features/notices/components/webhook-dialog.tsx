/*
 * Adds a webhook, or changes one. After it was added, or was given a new secret, the same dialog
 * shows the secret. Nothing shows it again.
 */
import { Button, Checkbox, Stack, TextInput } from '@mantine/core';
import {
  visibleText,
  WEBHOOK_EVENTS,
  type WebhookEvent,
  type WebhookShape,
  type WireWebhook,
} from '@renderdeck/contract';
import { type FormEvent, useState } from 'react';
import { describeFailure } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { useWebhookChanges } from '../api/webhooks.ts';
import { ChoiceGroup } from './choice-group.tsx';
import { InlineSelect } from './inline-select.tsx';
import { EVENT_LABELS } from './webhook-card.tsx';

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
          <Failure mt={4} mih={0}>
            {problem !== null && describeFailure(problem, 'Not saved.')}
          </Failure>
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
        <code style={{ overflowWrap: 'anywhere' }}>{secret}</code>
      </p>
      <DialogButtons>
        <CopyButton label="Copy secret" text={() => secret} />
        <Button autoFocus data-autofocus onClick={onClose}>
          Close
        </Button>
      </DialogButtons>
    </>
  );
}

type WebhookInput = {
  readonly name: string;
  readonly address: string;
  readonly events: WebhookEvent[];
  readonly submittedBy: string | null;
  readonly namePart: string | null;
  readonly host: string | null;
  readonly shape: WebhookShape;
};

type WebhookFormProps = {
  webhook: WireWebhook | null;
  busy: boolean;
  onCancel: () => void;
  onSend: (input: WebhookInput & { newSecret: boolean }) => void;
};

/** The fields of a webhook. The server decides whether they are valid, and says which are not. */
function WebhookForm({ webhook, busy, onCancel, onSend }: WebhookFormProps) {
  const [text, setText] = useState(() => textsOf(webhook));
  const [events, setEvents] = useState<readonly WebhookEvent[]>(webhook?.events ?? ['failed']);
  const [shape, setShape] = useState<WebhookShape>(webhook?.shape ?? 'renderdeck');
  const [newSecret, setNewSecret] = useState(false);
  const field = (name: keyof typeof text, label: string, description?: string) => (
    <TextInput
      label={label}
      description={description}
      autoComplete="off"
      value={text[name]}
      onChange={({ currentTarget: { value } }) => setText({ ...text, [name]: value })}
    />
  );
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const { submittedBy, namePart, host, ...required } = text;
    const filter = {
      submittedBy: orNull(submittedBy),
      namePart: orNull(namePart),
      host: orNull(host),
    };
    onSend({ ...required, ...filter, events: [...events], shape, newSecret });
  };
  return (
    <form onSubmit={send}>
      <Stack gap={12}>
        {webhook === null && field('name', 'Name')}
        {field(
          'address',
          'Address',
          'http or https. Private networks only if the server allows it.',
        )}
        <Events events={events} onChange={setEvents} />
        {field('submittedBy', 'Only jobs of', 'A user or token. Empty: all.')}
        {field('namePart', 'Only names with', 'A part of the name. Empty: all.')}
        {field('host', 'Only on host', 'Where an attempt ran, or which is silent. Empty: all.')}
        <Shape shape={shape} onChange={setShape} />
        {webhook !== null && (
          <Checkbox
            label="Make a new secret. Messages are no longer signed with the old one."
            checked={newSecret}
            onChange={() => setNewSecret(!newSecret)}
          />
        )}
        <DialogButtons>
          <Button variant="default" onClick={onCancel}>
            Keep as it is
          </Button>
          <ActionButton type="submit" aria-disabled={busy}>
            Save
          </ActionButton>
        </DialogButtons>
      </Stack>
    </form>
  );
}

function textsOf(webhook: WireWebhook | null) {
  return {
    name: webhook?.name ?? '',
    address: webhook?.address ?? '',
    submittedBy: webhook?.submittedBy ?? '',
    namePart: webhook?.namePart ?? '',
    host: webhook?.host ?? '',
  };
}

type ShapeProps = { shape: WebhookShape; onChange: (shape: WebhookShape) => void };

const SHAPES = [
  { value: 'renderdeck', label: 'JSON with all facts' },
  { value: 'slack', label: 'A sentence, for Slack' },
];

function Shape({ shape, onChange }: ShapeProps) {
  return (
    <InlineSelect
      label="Body"
      data={SHAPES}
      value={shape}
      onChange={({ currentTarget: { value } }) =>
        onChange(value === 'slack' ? 'slack' : 'renderdeck')
      }
    />
  );
}

type EventsProps = {
  events: readonly WebhookEvent[];
  onChange: (events: readonly WebhookEvent[]) => void;
};

function Events({ events, onChange }: EventsProps) {
  return (
    <ChoiceGroup legend="Send a message when">
      {WEBHOOK_EVENTS.map((event) => (
        <Checkbox
          key={event}
          label={EVENT_LABELS[event]}
          checked={events.includes(event)}
          onChange={() =>
            onChange(
              events.includes(event)
                ? events.filter((other) => other !== event)
                : [...events, event],
            )
          }
        />
      ))}
    </ChoiceGroup>
  );
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
