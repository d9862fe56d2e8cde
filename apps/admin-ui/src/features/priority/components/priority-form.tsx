import { Button, TextInput } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { PRIORITY, type WireJob } from '@renderdeck/contract';
import type { FormEvent, KeyboardEvent } from 'react';
import { describeFailure, LOOK_AT_JOB } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Name } from '../../../components/name.tsx';
import { useServerAway } from '../../../live/use-connection.ts';
import { clampPriority, type PriorityChange, parsePriority } from '../hooks/use-priority-change.ts';
import styles from './priority-dialog.module.css';
import { PriorityPreview } from './priority-preview.tsx';

type Props = { change: PriorityChange; job: WireJob; onKeep: () => void };

/** The priority field, its preview and the buttons; Ctrl+Enter submits. */
export function PriorityForm({ change, job, onKeep }: Props) {
  const { text, setText, wanted, preview, previewIsStale, findRunNext, error } = change;
  const isAway = useServerAway() !== null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    change.set();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    // As a press of the button, which does nothing while the server is away.
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !isAway)
      event.currentTarget.requestSubmit();
  };
  return (
    <form onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <p className={styles.name}>
        <Name of={job.name} />
      </p>
      <PriorityField text={text} onChange={setText} />
      <button type="button" className="link-button" onClick={findRunNext}>
        Run next
      </button>
      <PriorityPreview
        preview={preview.data}
        failed={preview.isError}
        stale={previewIsStale}
        onShowAll={change.showAll}
      />
      {error !== null && (
        <p role="alert" className={styles.error}>
          {problemOf(error)?.code === 'forbidden'
            ? 'You may not change priorities.'
            : describeFailure(error, 'Not set.', LOOK_AT_JOB)}
        </p>
      )}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onKeep}>
          Keep {job.priority}
        </Button>
        <ActionButton type="submit" disabled={wanted === null}>
          Set priority
        </ActionButton>
      </div>
    </form>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

type PriorityFieldProps = { text: string; onChange: (text: string) => void };

/** A number field and a slider. Wrong input stays in the field, with a message. */
function PriorityField({ text, onChange }: PriorityFieldProps) {
  const value = parsePriority(text);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined || value === null) return;
    event.preventDefault();
    onChange(String(clampPriority(value + (event.shiftKey ? Math.sign(step) * 10 : step))));
  };
  return (
    <>
      <TextInput
        data-autofocus
        label="Priority"
        description={`${PRIORITY.min} to ${PRIORITY.max}. Higher runs first. Equal: older first.`}
        inputMode="numeric"
        role="spinbutton"
        aria-valuemin={PRIORITY.min}
        aria-valuemax={PRIORITY.max}
        aria-valuenow={value ?? undefined}
        error={value === null ? `${PRIORITY.min} to ${PRIORITY.max}` : null}
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
