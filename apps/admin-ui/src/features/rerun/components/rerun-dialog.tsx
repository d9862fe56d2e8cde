import { Button, TextInput } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { PRIORITY, visibleText, type WireJob } from '@renderdeck/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { useJobDetails } from '../../../api/get-job.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { listOutputs } from '../../../components/list-outputs.ts';
import { Name } from '../../../components/name.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { describeUnproven } from '../../../components/receipt/describe-unproven.ts';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import { useJob } from '../../../live/use-job.ts';
import styles from './rerun-dialog.module.css';

/** Runs a job again: asks for the priority, then shows the new job and its place. */
export function RerunDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const job = useJob(id);
  const resubmit = useResubmitJob();
  // One key for all tries, whatever their priority: two of them never queue two jobs.
  const [idempotencyKey] = useState(() => `${id}-${Date.now()}`);
  if (job === undefined) return null;
  const made = resubmit.data?.job;
  return (
    <Dialog title="Run again" width={460} onClose={onClose}>
      {made === undefined ? (
        <RerunForm
          job={job}
          busy={resubmit.isPending}
          error={resubmit.error}
          onKeep={onClose}
          onRun={(priority) => resubmit.mutate({ id, priority, idempotencyKey })}
        />
      ) : (
        <>
          <RerunResult id={made.id} onOpen={onClose} />
          <div className={styles.buttons}>
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

/** Queues the same order again; the new job goes to the job store. */
function useResubmitJob() {
  const api = useApi();
  return useMutation(
    api.trpc.resubmitJob.mutationOptions({ onSuccess: ({ job }) => api.jobs.put([job]) }),
  );
}

/** The new job and where it stands now; it takes focus. */
function RerunResult({ id, onOpen }: { id: string; onOpen: () => void }) {
  const job = useJob(id);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const position = job?.position ?? null;
  return (
    <>
      <h3 ref={heading} tabIndex={-1} className={styles.done}>
        <strong>Queued.</strong>{' '}
        {position === null ? (
          'It has left the queue.'
        ) : (
          <>
            <QueuePlace position={position} />.
          </>
        )}
      </h3>
      <p className={styles.body}>
        <Link to="/jobs/$id" params={{ id }} onClick={onOpen}>
          Open the new job
        </Link>
      </p>
    </>
  );
}

const RANGE = `${PRIORITY.min} to ${PRIORITY.max}`;

type Props = {
  job: WireJob;
  busy: boolean;
  error: unknown;
  onKeep: () => void;
  onRun: (priority: number | undefined) => void;
};

const MAY_BE_QUEUED = 'It may be queued. Press Run again: it is queued once.';

/** Why no new job is shown. All tries have one key: a later one may find the job of the first. */
function RerunFailure({ error, onOpen }: { error: unknown; onOpen: () => void }) {
  const problem = problemOf(error);
  const jobId = problem?.code === 'idempotency_key_reused' ? problem.facts.jobId : null;
  if (typeof jobId !== 'string') return describeFailure(error, 'Not queued.', MAY_BE_QUEUED);
  return (
    <>
      Not queued with this priority: your first try is queued, with its own.{' '}
      <Link to="/jobs/$id" params={{ id: jobId }} onClick={onOpen}>
        Open the new job
      </Link>
    </>
  );
}

/** The question: which job, and with which priority. */
function RerunForm({ job, busy, error, onKeep, onRun }: Props) {
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

/** Whether something of the job may still render, as far as its proofs tell. */
function mayStillRun(job: WireJob): boolean {
  return unprovenOf(job).length > 0;
}

/** What may still run of this job, and which files both renders would write. */
function RerunRisk({ job }: { job: WireJob }) {
  const { data } = useJobDetails(job.id);
  const unproven = unprovenOf(job);
  if (unproven.length === 0) return null;
  const outputs = listOutputs(data?.nexrenderJob);
  const files = outputs.length === 0 ? 'the same files' : visibleText(outputs.join(', '));
  return (
    <div className={styles.risk} role="note">
      <p>The first render may still run, and write {files} as well.</p>
      <ul>
        {unproven.map((text) => (
          <li key={text}>{visibleText(text)}</li>
        ))}
      </ul>
    </div>
  );
}

/** The receipt tells it where a stop was asked for; else the attempts that are open. */
function unprovenOf({ receipt, openAttempts }: WireJob): readonly string[] {
  return describeUnproven(receipt ?? { openAttempts, declared: [], awaitedHosts: [] });
}

/** Where a job of this priority would stand, of the moment when it was counted. */
function RerunPlace({ priority }: { priority: number }) {
  const { trpc } = useApi();
  const options = { placeholderData: keepPreviousData, staleTime: 1_000 };
  const { data } = useQuery(trpc.previewSubmit.queryOptions({ priority }, options));
  return (
    <p role="status" className={styles.status}>
      {data !== undefined &&
        `Would be position ${formatNumber(data.position)} of ${formatNumber(data.queued + 1)}, ` +
          `as of ${formatTime(data.at)}.`}
    </p>
  );
}
