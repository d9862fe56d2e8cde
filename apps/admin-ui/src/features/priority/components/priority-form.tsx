import { Button } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import type { WireJob } from '@renderdeck/contract';
import type { FormEvent, KeyboardEvent } from 'react';
import { describeFailure, LOOK_AT_JOB } from '../../../api/describe-failure.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Name } from '../../../components/name.tsx';
import { useServerAway } from '../../../live/use-connection.ts';
import type { PriorityChange } from '../hooks/use-priority-change.ts';
import styles from './priority-dialog.module.css';
import { PriorityField } from './priority-field.tsx';
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
