import { Button, List, Text, TextInput, Title } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import { mayRunOf, PRIORITY, unprovenOf, visibleText, type WireJob } from '@renderdeck/contract';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure } from '../../../api/describe-failure.ts';
import { useJobDetails } from '../../../api/get-job.ts';
import { ActionButton } from '../../../components/action-button.tsx';
import { Dialog, DialogButtons, Failure, useFocusAtRefusal } from '../../../components/dialog.tsx';
import { listOutputs } from '../../../components/list-outputs.ts';
import { Name } from '../../../components/name.tsx';
import { Notice } from '../../../components/notice.tsx';
import { QueuePlace } from '../../../components/queue-place.tsx';
import { describeUnproven } from '../../../components/receipt/describe-unproven.ts';
import { formatNumber, formatTime } from '../../../components/time/format-time.ts';
import { useJob } from '../../../live/use-job.ts';

/** Runs a job again: asks for the priority, then shows the new job and its place. */
export function RerunDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const job = useJob(id);
  const resubmit = useResubmitJob();
  // All tries have one key, whatever their priority, so two tries never queue two jobs.
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
          <DialogButtons>
            <Button variant="default" onClick={onClose}>
              Close
            </Button>
          </DialogButtons>
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

/** The new job and its present position; it takes focus. */
function RerunResult({ id, onOpen }: { id: string; onOpen: () => void }) {
  const job = useJob(id);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const position = job?.position ?? null;
  return (
    <>
      <Title order={3} ref={heading} tabIndex={-1} fz="lg">
        <strong>Queued.</strong>{' '}
        {position === null ? (
          'It has left the queue.'
        ) : (
          <>
            <QueuePlace position={position} />.
          </>
        )}
      </Title>
      <Text mb={12}>
        <Link to="/jobs/$id" params={{ id }} onClick={onOpen}>
          Open the new job
        </Link>
      </Text>
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

const MAY_BE_QUEUED = 'It may be queued. Press Run again: it is queued only once.';

/** Why no new job is shown. All tries have one key, so a later one may find the first job. */
function RerunFailure({ error, onOpen }: { error: unknown; onOpen: () => void }) {
  const problem = problemOf(error);
  const jobId = problem?.code === 'idempotency_key_reused' ? problem.facts.jobId : null;
  if (typeof jobId !== 'string') return describeFailure(error, 'Not queued.', MAY_BE_QUEUED);
  return (
    <>
      Not queued with this priority. Your first try is queued, with its priority.{' '}
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
  const hasSecrets = (useJobDetails(job.id).data?.hidden.length ?? 0) > 0;
  const field = useRef<HTMLInputElement>(null);
  useFocusAtRefusal(field, error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // An unchanged priority is not sent: the server keeps it, even if the user may not set it.
    if (fits && !busy) onRun(text === null ? undefined : value);
  };
  return (
    <form onSubmit={submit}>
      <Text mb={12} style={{ overflowWrap: 'anywhere' }}>
        <strong>
          <Name of={job.name} />
        </strong>{' '}
        as a new job, with the same order{hasSecrets ? ', limits and secrets' : ' and limits'}. This
        job stays as it is.
      </Text>
      <RerunRisk job={job} />
      <TextInput
        ref={field}
        data-autofocus
        label="Priority"
        description={`${RANGE}. Higher runs first. Equal: older first.`}
        inputMode="numeric"
        error={
          fits ? error !== null && !busy && <RerunFailure error={error} onOpen={onKeep} /> : RANGE
        }
        value={shown}
        onChange={(event) => setText(event.currentTarget.value.trim())}
        onFocus={(event) => event.currentTarget.select()}
      />
      {fits && <RerunPlace priority={value} />}
      <Failure role="status" c="var(--rd-text)">
        {busy && 'Asking…'}
      </Failure>
      <DialogButtons>
        <Button
          variant="subtle"
          mr="auto"
          px={8}
          renderRoot={(props) => <Link to="/submit" search={{ from: job.id }} {...props} />}
          onClick={onKeep}
        >
          Run again, edited…
        </Button>
        <Button variant="default" onClick={onKeep}>
          Keep as it is
        </Button>
        <ActionButton type="submit" aria-disabled={busy || !fits}>
          {mayRunOf(job).length > 0 ? 'Run again anyway' : 'Run again'}
        </ActionButton>
      </DialogButtons>
    </form>
  );
}

/** What of this job is not proven to have ended. If it may run: which files both would write. */
function RerunRisk({ job }: { job: WireJob }) {
  const { data } = useJobDetails(job.id);
  const unproven = describeUnproven(unprovenOf(job));
  if (unproven.length === 0) return null;
  const outputs = listOutputs(data?.nexrenderJob);
  const files = outputs.length === 0 ? 'the same files' : visibleText(outputs.join(', '));
  return (
    <Notice role="note" frame="var(--rd-unproven)" mb={12}>
      {mayRunOf(job).length > 0
        ? `The first render may still run, and write ${files} as well.`
        : 'Nothing proves that every attempt has ended.'}
      <List withPadding>
        {unproven.map((text) => (
          <List.Item key={text}>{visibleText(text)}</List.Item>
        ))}
      </List>
    </Notice>
  );
}

/** The position of a job with this priority, at the time when it was counted. */
function RerunPlace({ priority }: { priority: number }) {
  const { trpc } = useApi();
  const options = { placeholderData: keepPreviousData, staleTime: 1_000 };
  const { data } = useQuery(trpc.previewSubmit.queryOptions({ priority }, options));
  return (
    <Text role="status" size="sm" mih={20} mt={8}>
      {data !== undefined &&
        `Would be position ${formatNumber(data.position)} of ${formatNumber(data.queued + 1)}, ` +
          `as of ${formatTime(data.at)}.`}
    </Text>
  );
}
