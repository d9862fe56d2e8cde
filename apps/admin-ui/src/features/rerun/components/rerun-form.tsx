import { Button, TextInput } from '@mantine/core';
import { PRIORITY, type WireJob } from '@renderdeck/contract';
import { type FormEvent, useState } from 'react';
import { ActionButton } from '../../../components/action-button.tsx';
import { Name } from '../../../components/name.tsx';
import styles from './rerun-dialog.module.css';
import { RerunFailure } from './rerun-failure.tsx';
import { RerunPlace } from './rerun-place.tsx';
import { mayStillRun, RerunRisk } from './rerun-risk.tsx';

const RANGE = `${PRIORITY.min} to ${PRIORITY.max}`;

type Props = {
  job: WireJob;
  busy: boolean;
  error: unknown;
  onKeep: () => void;
  onRun: (priority: number | undefined) => void;
};

/** The question: which job, and with which priority. */
export function RerunForm({ job, busy, error, onKeep, onRun }: Props) {
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? String(job.priority);
  const value = /^\d{1,3}$/.test(shown) ? Number(shown) : null;
  const fits = value !== null && value >= PRIORITY.min && value <= PRIORITY.max;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // An untouched priority is left to the server: it may be more than this user may ask for.
    if (fits && !busy) onRun(text === null ? undefined : value);
  };
  return (
    <form onSubmit={submit}>
      <p className={styles.body}>
        <strong>
          <Name of={job.name} />
        </strong>{' '}
        as a new job, with the same order, limits and secrets. This job stays as it is.
      </p>
      <RerunRisk job={job} />
      <TextInput
        data-autofocus
        label="Priority"
        description={`${RANGE}. Higher runs first. Equal: older first.`}
        inputMode="numeric"
        error={fits ? null : RANGE}
        value={shown}
        onChange={(event) => setText(event.currentTarget.value.trim())}
        onFocus={(event) => event.currentTarget.select()}
      />
      {fits && <RerunPlace priority={value} />}
      <p role="status" className={styles.status} data-refused={error !== null}>
        {busy && 'Asking…'}
        {!busy && error !== null && <RerunFailure error={error} onOpen={onKeep} />}
      </p>
      <div className={styles.buttons}>
        <Button variant="default" onClick={onKeep}>
          Keep as it is
        </Button>
        <ActionButton type="submit" aria-disabled={busy || !fits}>
          {mayStillRun(job) ? 'Run again anyway' : 'Run again'}
        </ActionButton>
      </div>
    </form>
  );
}
