/*
 * A submission, from the button to the job.
 *
 * 1. It carries the key of its draft. The server queues one job for a key, however often it comes.
 * 2. If no answer comes, nobody knows whether the job is queued: the page says so, and sends
 *    the same again until an answer comes. A first delivery that arrived answers with its job.
 * 3. `unavailable` says that this delivery did nothing. It says nothing of an earlier one.
 * 4. If the server says that the key belongs to another text, the draft was changed after it was
 *    sent. Then the job of the earlier draft is queued, and the changed draft is not.
 */
import { problemOf } from '@renderdeck/client/problem';
import type { Problem, SubmitJobInput } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useApi } from '../../../api/api.ts';
import { mayBeDone } from '../../../api/describe-failure.ts';

const RETRY_MS = 2_000;

/** Sends a draft until it is answered. */
export function useSubmission(handlers: {
  readonly onUnconfirmed: () => void;
  readonly onDone: (jobId: string) => void;
  readonly onRefused: (problem: Problem) => void;
  /** The draft was queued as this job, and was changed since. */
  readonly onQueuedBefore: (jobId: string) => void;
}) {
  const { client, jobs } = useApi();
  const [unconfirmed, setUnconfirmed] = useState(false);
  // A retry runs the function of the first render, so it reads this ref and not the state.
  const isOpen = useRef(false);
  const setOpen = (open: boolean) => {
    isOpen.current = open;
    setUnconfirmed(open);
    if (open) handlers.onUnconfirmed();
  };
  const sending = useMutation({
    mutationFn: async (input: SubmitJobInput) => {
      const { job } = await client.submitJob.mutate(input);
      jobs.put([job]);
      return job.id;
    },
    onMutate: () => setOpen(false),
    retry: (_failures, error) => {
      const code = problemOf(error)?.code ?? 'outcome_unknown';
      if (code === 'outcome_unknown') setOpen(true);
      return isOpen.current && (code === 'outcome_unknown' || code === 'unavailable');
    },
    retryDelay: RETRY_MS,
    onSuccess: (jobId) => handlers.onDone(jobId),
    onError: (error) => {
      const problem = problemOf(error);
      if (problem === null) return;
      const { jobId } = problem.facts;
      if (problem.code === 'idempotency_key_reused' && typeof jobId === 'string')
        handlers.onQueuedBefore(jobId);
      else if (mayBeDone(error)) handlers.onUnconfirmed();
      else handlers.onRefused(problem);
    },
  });
  return {
    send: sending.mutate,
    /** Forgets the result of the last submission. */
    forget: sending.reset,
    isSending: sending.isPending,
    isUnconfirmed: sending.isPending && unconfirmed,
    /** The server's answer, if it leaves open whether the job is queued; else null. */
    openFailure: mayBeDone(sending.error) ? problemOf(sending.error) : null,
  };
}
