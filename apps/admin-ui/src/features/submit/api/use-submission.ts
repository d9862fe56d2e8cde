/*
 * A submission, from the button to the job.
 *
 * 1. It carries the key of its draft. The server queues one job for a key, however often it comes.
 * 2. Where no answer comes, nobody knows whether the job is queued: the page says so, and sends
 *    the same again until an answer comes. A first delivery that arrived answers with its job.
 * 3. A key that belongs to another text was sent before a reload took the secrets out of the
 *    draft: then that job is the answer.
 */
import { problemOf } from '@renderdeck/client/problem';
import type { Problem, SubmitJobInput } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../../api/api.ts';

const RETRY_MS = 2_000;

export type Submitted = { readonly jobId: string; readonly wasBefore: boolean };

/** Sends a draft until it is answered. */
export function useSubmission(handlers: {
  readonly onUnconfirmed: () => void;
  readonly onDone: (submitted: Submitted) => void;
  readonly onRefused: (problem: Problem) => void;
}) {
  const { client, jobs } = useApi();
  const [unconfirmed, setUnconfirmed] = useState(false);
  const sending = useMutation({
    mutationFn: async (input: SubmitJobInput) => {
      const { job } = await client.submitJob.mutate(input);
      jobs.put([job]);
      return job.id;
    },
    retry: (_failures, error) => {
      if (problemOf(error) !== null) return false;
      setUnconfirmed(true);
      handlers.onUnconfirmed();
      return true;
    },
    retryDelay: RETRY_MS,
    onSuccess: (jobId) => handlers.onDone({ jobId, wasBefore: false }),
    onError: (error) => {
      const problem = problemOf(error);
      if (problem === null) return;
      const { jobId } = problem.facts;
      if (problem.code === 'idempotency_key_reused' && typeof jobId === 'string')
        handlers.onDone({ jobId, wasBefore: true });
      else handlers.onRefused(problem);
    },
    onSettled: () => setUnconfirmed(false),
  });
  return { send: sending.mutate, isSending: sending.isPending, isUnconfirmed: unconfirmed };
}
