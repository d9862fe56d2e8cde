import { Button } from '@mantine/core';
import type { WireJob } from '@renderdeck/contract';
import type { FormEvent, KeyboardEvent } from 'react';
import { errorMessage } from '../../../api/error-message.ts';
import type { PriorityChange } from '../hooks/use-priority-change.ts';
import styles from './priority-dialog.module.css';
import { PriorityField } from './priority-field.tsx';
import { PriorityPreview } from './priority-preview.tsx';

type Props = { change: PriorityChange; job: WireJob; onKeep: () => void };

/** The priority field, its preview and the buttons; Ctrl+Enter submits. */
export function PriorityForm({ change, job, onKeep }: Props) {
  const { text, setText, wanted, preview, previewIsStale, findRunNext, error } = change;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    change.set();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
      event.currentTarget.requestSubmit();
  };
  return (
    <form onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <p className={styles.name}>{job.name}</p>
      <PriorityField text={text} onChange={setText} />
      <button type="button" className="link-button" onClick={findRunNext}>
        Run next
      </button>
      <PriorityPreview preview={preview.data} failed={preview.isError} stale={previewIsStale} />
      {error !== null && (
        <p role="alert" className={styles.error}>
          Not set. {errorMessage(error)}
        </p>
      )}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onKeep}>
          Keep {job.priority}
        </Button>
        <Button type="submit" disabled={wanted === null}>
          Set priority
        </Button>
      </div>
    </form>
  );
}
