/*
 * A stop, from the question to its receipt, in one dialog.
 *
 * 1. The question follows the job while it is open: what is asked, and what the buttons say, is true when they are pressed. Focus starts on
 *    the safe button; the red one ignores the first 400 ms after any change of the question.
 * 2. The order is sent without waiting for the host, so that "recorded" is known at once.
 * 3. The same dialog then shows the receipt, which fills in from the live stream, or by asking every two seconds where that is not live.
 * 4. Closing changes nothing: the receipt stays on the job's page.
 */

import { Button, TextInput } from '@mantine/core';
import type { WireCancelReceipt, WireJob } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useApi } from '../../api/api.ts';
import { problemOf, sentenceOf } from '../../api/problem.ts';
import { useJobDetails } from '../../api/use-farm.ts';
import { useJob, useNow } from '../../api/use-live.ts';
import { Dialog } from '../../components/dialog.tsx';
import { Receipt } from '../../components/receipt/receipt.tsx';
import { decideStopQuestion } from './decide-stop-question.ts';
import styles from './stop-dialog.module.css';
import { StopQuestion } from './stop-question.tsx';

type Props = { id: string; startWithReceipt: boolean; onClose: () => void };

export function StopDialog({ id, startWithReceipt, onClose }: Props) {
  const { jobs, queryClient, trpc } = useApi();
  const job = useJob(id);
  const details = useJobDetails(id);
  const now = useNow();
  const [reason, setReason] = useState('');
  const [receiptWanted, setReceiptWanted] = useState(startWithReceipt);
  const cancel = useMutation(
    trpc.cancelJob.mutationOptions({
      onSuccess: ({ job: stopped }) => jobs.put([stopped]),
      onError: () => queryClient.invalidateQueries({ queryKey: trpc.getJob.queryKey({ id }) }),
    }),
  );

  if (job === undefined) return null;
  const receipt = receiptWanted || cancel.isSuccess ? job.receipt : null;
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
            onSeeReceipt={() => setReceiptWanted(true)}
            onStop={() =>
              cancel.mutate({ id, waitMs: 0, ...(reason.trim() === '' ? {} : { reason }) })
            }
          >
            <TextInput
              label="Reason"
              description="Optional. Shown in the audit."
              maxLength={140}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
          </StopQuestion>
          <p role="status" className={styles.error}>
            {refused && `Not stopped. ${sentenceOf(cancel.error)}`}
            {cancel.isPending && 'Asking…'}
          </p>
        </>
      ) : (
        <OpenReceipt job={job} receipt={receipt} onClose={onClose} />
      )}
    </Dialog>
  );
}

/** The receipt inside the dialog; focus goes to its verdict. */
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
      <div className={styles.foot}>
        <p>
          You can close this. The receipt stays{' '}
          <Link to="/jobs/$id" params={{ id: job.id }} onClick={onClose}>
            on the job’s page
          </Link>
          .
        </p>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
      </div>
    </>
  );
}
