import { Button, Text, TextInput } from '@mantine/core';
import { getHotkeyHandler } from '@mantine/hooks';
import { problemOf } from '@renderdeck/client/problem';
import { PRIORITY, type SetPriorityOutput, type WireJob } from '@renderdeck/contract';
import { type FormEvent, type KeyboardEvent, useRef } from 'react';
import { describeFailure, LOOK_AT_JOB } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, useFocusAtRefusal } from '../../../components/dialog.tsx';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { Notice } from '../../../components/notice.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { visibleSentence } from '../../../components/sentence.ts';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import { useServerAway } from '../../../live/use-connection.ts';
import type { Conflict } from '../api/read-conflict.ts';
import {
  clampPriority,
  type PriorityChange,
  parsePriority,
  usePriorityChange,
} from '../hooks/use-priority-change.ts';
import styles from './priority-dialog.module.css';
import { PriorityPreview } from './priority-preview.tsx';

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
        <DialogButtons wrap="nowrap">
          <Button data-autofocus autoFocus onClick={onClose}>
            Close
          </Button>
        </DialogButtons>
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
    <Notice role="alert" frame="var(--rd-stopping)" mb={16} py={12}>
      <strong>{visibleSentence(conflict.text)}</strong> The priority was {opened.priority} when you
      opened this.
      <DialogButtons wrap="nowrap">
        <Button variant="default" onClick={onKeep}>
          Keep {conflict.priority}
        </Button>
        <ActionButton disabled={wanted === null} onClick={() => setAnyway(conflict.version)}>
          Set {wanted ?? '…'} anyway
        </ActionButton>
      </DialogButtons>
    </Notice>
  );
}

/** The new priority, the exact position that it gave, and when the position was counted. */
function PriorityResult({ receipt }: { receipt: SetPriorityOutput['receipt'] }) {
  const { priority, position, countedAt } = receipt;
  return (
    <Text role="status" size="lg">
      <strong>Priority {priority.after}.</strong> <QueuePlace position={position.after} />
      {position.before === position.after
        ? ', the same as before the change.'
        : `, was ${formatNumber(position.before)}.`}{' '}
      <Text span size="xs" c="dimmed">
        As of {formatTime(countedAt)}
      </Text>
    </Text>
  );
}

type PriorityFormProps = { change: PriorityChange; job: WireJob; onKeep: () => void };

/** The priority field, its preview and the buttons; Ctrl+Enter submits. */
function PriorityForm({ change, job, onKeep }: PriorityFormProps) {
  const { text, setText, wanted, preview, previewIsStale, findRunNext, error } = change;
  const isAway = useServerAway() !== null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    change.set();
  };
  // Like the button, this does nothing while the server is away.
  const onKeyDown = getHotkeyHandler([['mod+Enter', () => !isAway && change.set()]]);
  return (
    <form onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <Text mb={12} fw={600} style={{ overflowWrap: 'anywhere' }}>
        <Name of={job.name} />
      </Text>
      <PriorityField text={text} error={error} onChange={setText} />
      <LinkButton onClick={findRunNext}>Run next</LinkButton>
      <PriorityPreview
        preview={preview.data}
        failed={preview.isError}
        stale={previewIsStale}
        onShowAll={change.showAll}
      />
      <DialogButtons wrap="nowrap">
        <Button variant="default" onClick={onKeep}>
          Keep {job.priority}
        </Button>
        <ActionButton type="submit" disabled={wanted === null}>
          Set priority
        </ActionButton>
      </DialogButtons>
    </form>
  );
}

/** Why the priority was not set; null if it was not refused. */
function describeRefusal(error: unknown): string | null {
  if (error === null) return null;
  return problemOf(error)?.code === 'forbidden'
    ? 'You may not change priorities.'
    : describeFailure(error, 'Not set.', LOOK_AT_JOB);
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

type PriorityFieldProps = { text: string; error: unknown; onChange: (text: string) => void };

/** A number field and a slider. Wrong input stays in the field, with a message. */
function PriorityField({ text, error, onChange }: PriorityFieldProps) {
  const value = parsePriority(text);
  const field = useRef<HTMLInputElement>(null);
  useFocusAtRefusal(field, error);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined || value === null) return;
    event.preventDefault();
    onChange(String(clampPriority(value + (event.shiftKey ? Math.sign(step) * 10 : step))));
  };
  return (
    <>
      <TextInput
        ref={field}
        data-autofocus
        label="Priority"
        description={`${PRIORITY.min} to ${PRIORITY.max}. Higher runs first. Equal: older first.`}
        inputMode="numeric"
        role="spinbutton"
        aria-valuemin={PRIORITY.min}
        aria-valuemax={PRIORITY.max}
        aria-valuenow={value ?? undefined}
        error={value === null ? `${PRIORITY.min} to ${PRIORITY.max}` : describeRefusal(error)}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={onKeyDown}
      />
      <input
        type="range"
        className={styles.slider}
        aria-label="Priority"
        min={PRIORITY.min}
        max={PRIORITY.max}
        value={value ?? PRIORITY.default}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </>
  );
}
