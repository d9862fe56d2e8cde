/*
 * A priority change, from the number to the new place.
 *
 * 1. The number is checked here before anything is asked; a preview from the server follows it 150 ms later and changes nothing.
 * 2. Set sends the version that the dialog opened with: a change by somebody else in between is refused, told with name, value and time,
 *    and can be set anyway on top of that very version, so that a third change is refused again.
 * 3. The answer says the exact place. A job that left the queue meanwhile has no place, and the dialog says that instead.
 */
import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useApi } from '../../api/api.ts';
import { problemOf, sentenceOf } from '../../api/problem.ts';
import { useJob } from '../../api/use-live.ts';
import { Dialog } from '../../components/dialog.tsx';
import { grouped } from '../../components/time/format-time.ts';
import { findRunNext } from './find-run-next.ts';
import { parsePriority } from './parse-priority.ts';
import styles from './priority-dialog.module.css';
import { PriorityField } from './priority-field.tsx';
import { PriorityPreview } from './priority-preview.tsx';
import { leftTheQueue, readConflict } from './read-conflict.ts';

const PREVIEW_AFTER_MS = 150;
const PREVIEW_EVERY_MS = 2_000;

export function PriorityDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { client, jobs, trpc } = useApi();
  const job = useJob(id);
  const [opened] = useState({ priority: job?.priority ?? 0, version: job?.version ?? 0 });
  const [text, setText] = useState(String(opened.priority));
  const wanted = parsePriority(text);
  const [previewed] = useDebouncedValue(wanted, PREVIEW_AFTER_MS);
  const set = useMutation(
    trpc.setPriority.mutationOptions({ onSuccess: ({ job: changed }) => jobs.put([changed]) }),
  );
  const inQueue = job !== undefined && job.position !== null;
  const preview = useQuery(
    trpc.previewPriority.queryOptions(
      { id, priority: previewed ?? opened.priority },
      {
        enabled: inQueue && !set.isSuccess,
        placeholderData: keepPreviousData,
        refetchInterval: PREVIEW_EVERY_MS,
        staleTime: 0,
      },
    ),
  );
  const runNext = useMutation({
    mutationFn: () =>
      findRunNext(
        async (priority) => (await client.previewPriority.query({ id, priority })).position.after,
      ),
    onSuccess: (priority) => setText(String(priority)),
  });

  if (job === undefined) return null;
  const problem = set.error === null ? null : problemOf(set.error);
  const conflict = problem === null ? null : readConflict(problem);
  const gone =
    conflict?.kind === 'gone'
      ? conflict.text
      : inQueue || set.isSuccess
        ? null
        : leftTheQueue(job.host, job.startedAt);
  const send = (expectedVersion: number) => {
    if (wanted !== null && !set.isPending) set.mutate({ id, priority: wanted, expectedVersion });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(opened.version);
  };

  if (set.data !== undefined) {
    const { priority, position } = set.data.receipt;
    return (
      <Dialog title="Change priority" width={460} onClose={onClose}>
        <p role="status" className={styles.done}>
          <strong>Priority {priority.after}.</strong> Position {grouped(position.after)}
          {preview.data === undefined ? '' : ` of ${grouped(preview.data.queued)}`}
          {position.before === position.after
            ? ', as before.'
            : `, was ${grouped(position.before)}.`}
        </p>
        <Closing onClose={onClose} />
      </Dialog>
    );
  }
  if (gone !== null) {
    return (
      <Dialog title="Change priority" width={460} onClose={onClose}>
        <p role="status">{gone}</p>
        <Closing onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title="Change priority" width={460} onClose={onClose}>
      {conflict?.kind === 'changed' && (
        <div role="alert" className={styles.conflict}>
          <p>
            <strong>{conflict.text}</strong> You opened it at {opened.priority}.
          </p>
          <div className={styles.buttons}>
            <Button variant="default" onClick={onClose}>
              Keep {conflict.priority}
            </Button>
            <Button disabled={wanted === null} onClick={() => send(conflict.version)}>
              Set {wanted ?? '…'} anyway
            </Button>
          </div>
        </div>
      )}
      <form
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
            event.currentTarget.requestSubmit();
        }}
      >
        <p className={styles.name}>{job.name}</p>
        <PriorityField text={text} onText={setText} />
        <button type="button" className="link-button" onClick={() => runNext.mutate()}>
          Run next
        </button>
        <PriorityPreview
          preview={preview.data}
          failed={preview.isError}
          stale={preview.isPlaceholderData || previewed !== wanted}
        />
        {set.error !== null && conflict === null && (
          <p role="alert" className={styles.error}>
            Not set. {sentenceOf(set.error)}
          </p>
        )}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            Keep {job.priority}
          </Button>
          <Button type="submit" disabled={wanted === null}>
            Set priority
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Closing({ onClose }: { onClose: () => void }) {
  return (
    <div className={styles.buttons}>
      <Button data-autofocus autoFocus onClick={onClose}>
        Close
      </Button>
    </div>
  );
}
