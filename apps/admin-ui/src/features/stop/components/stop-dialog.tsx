/*
 * A stop, from the question to its receipt, in one dialog.
 *
 * 1. The question follows the job while it is open, so its text and buttons are always current.
 *    Focus starts on the safe button. The red button ignores the first 400 ms after any change.
 * 2. The stop request is sent without waiting for the host, so that "recorded" is known at once.
 * 3. The dialog then shows the receipt. It fills in from the live stream, or from a request
 *    every 2 s while the stream is not live.
 * 4. Closing the dialog changes nothing: the receipt stays at its own address.
 */
import { Button, Text, TextInput } from '@mantine/core';
import { problemOf } from '@renderdeck/client/problem';
import type { WireCancelReceipt, WireJob } from '@renderdeck/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { describeFailure, LOOK_AT_JOB, mayBeDone } from '../../../api/describe-failure.ts';
import { getJobOptions, useJobDetails } from '../../../api/get-job.ts';
import { useMe } from '../../../api/me.ts';
import { CopyButton } from '../../../components/copy-button.tsx';
import { Dialog, DialogButtons, Failure } from '../../../components/dialog.tsx';
import { Receipt } from '../../../components/receipt/receipt.tsx';
import { ReceiptLink } from '../../../components/receipt-link.tsx';
import { useJob } from '../../../live/use-job.ts';
import { useKnownNow } from '../../../live/use-now.ts';
import { decideStopQuestion } from './decide-stop-question.ts';
import { StopQuestion } from './stop-question.tsx';

type Props = { id: string; startWithReceipt: boolean; onClose: () => void };

export function StopDialog({ id, startWithReceipt, onClose }: Props) {
  const job = useJob(id);
  const details = useJobDetails(id);
  const { now } = useKnownNow();
  const [reason, setReason] = useState('');
  const [showReceipt, setShowReceipt] = useState(startWithReceipt);
  const cancel = useCancelJob(id);
  const reasons = useReasons();
  const reasonList = useId();

  if (job === undefined) return null;
  // The live stream often shows the stop before the answer has come, or without an answer.
  const isOpen = cancel.isPending || (cancel.isError && mayBeDone(cancel.error));
  const asked = isOpen || cancel.isSuccess;
  const receipt = showReceipt || asked ? job.receipt : null;
  const question = decideStopQuestion(job, details.data, now);
  const refused = cancel.error !== null && problemOf(cancel.error)?.code !== 'job_already_ended';
  return (
    <Dialog title={receipt === null ? question.title : job.name} width={560} onClose={onClose}>
      {receipt === null ? (
        <>
          <StopQuestion
            name={job.name}
            question={question}
            busy={cancel.isPending}
            onKeep={onClose}
            onSeeReceipt={() => setShowReceipt(true)}
            onStop={() =>
              cancel.mutate({ id, waitMs: 0, ...(reason.trim() === '' ? {} : { reason }) })
            }
          >
            <TextInput
              label="Reason"
              description="Optional. Shown in the audit."
              maxLength={140}
              value={reason}
              list={reasonList}
              autoComplete="off"
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <datalist id={reasonList}>
              {reasons.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
          </StopQuestion>
          <Failure role="status">
            {refused && describeFailure(cancel.error, 'Not stopped.', LOOK_AT_JOB)}
            {cancel.isPending && 'Asking…'}
          </Failure>
        </>
      ) : (
        <OpenReceipt job={job} receipt={receipt} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** The receipt inside the dialog; focus moves to its verdict. */
function OpenReceipt({
  job,
  receipt,
  onClose,
}: {
  job: WireJob;
  receipt: WireCancelReceipt;
  onClose: () => void;
}) {
  const verdict = useRef<HTMLHeadingElement>(null);
  useEffect(() => verdict.current?.focus(), []);
  return (
    <>
      <Receipt job={job} receipt={receipt} verdictRef={verdict} />
      <DialogButtons justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          You can close this. The receipt stays:{' '}
          <ReceiptLink number={receipt.number} onFollow={onClose} />{' '}
          <CopyButton
            label="Copy link"
            text={() => new URL(`/receipts/${receipt.number}`, window.location.href).href}
          />
        </Text>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </DialogButtons>
    </>
  );
}

/** Cancels the job; a refused cancel refetches the job, because the page showed an old state. */
function useCancelJob(id: string) {
  const api = useApi();
  return useMutation(
    api.trpc.cancelJob.mutationOptions({
      onSuccess: ({ job }) => api.jobs.put([job]),
      onError: () =>
        api.queryClient.invalidateQueries({ queryKey: getJobOptions(api, id).queryKey }),
    }),
  );
}

/** The last reasons of this user's stops; none while they are not loaded. */
function useReasons(): readonly string[] {
  const { trpc } = useApi();
  const { can } = useMe();
  const read = useQuery(trpc.listReasons.queryOptions(undefined, { enabled: can.stop }));
  return read.data?.reasons ?? [];
}
