import { useState } from 'react';
import { useSubmission } from '../api/use-submission.ts';
import type { JobFormView } from '../components/job-form-view.ts';
import { newKey } from '../draft/draft.ts';
import { readJobText, withValue, writeJobText } from '../draft/job-value.ts';
import { useDraft } from './use-draft.ts';
import { useDraftCheck } from './use-draft-check.ts';

export type SubmitForm = ReturnType<typeof useSubmitForm>;

/** A draft with its checks and its submission, from the first letter to the queued job. */
export function useSubmitForm(place: string, filled: Parameters<typeof useDraft>[1]) {
  const draft = useDraft(place, filled);
  const check = useDraftCheck(draft.draft);
  const [submitted, setSubmitted] = useState<string | null>(null);
  const [queuedBefore, setQueuedBefore] = useState<string | null>(null);
  const sending = useSubmission({
    onUnconfirmed: () => draft.change({ sent: true }),
    onDone: (jobId) => {
      draft.drop();
      setSubmitted(jobId);
    },
    // It says nothing of an earlier delivery, so `sent` stays as it is.
    onRefused: check.refuse,
    onQueuedBefore: (jobId) => {
      draft.change({ key: newKey(), sent: false });
      setQueuedBefore(jobId);
    },
  });
  const change = (changed: Parameters<typeof draft.change>[0]) => {
    check.forget();
    draft.change(changed);
  };
  const read = readJobText(draft.draft.text);
  const job: JobFormView | null = read.ok
    ? {
        job: read.job,
        errorOf: check.errorOf,
        leave: check.leave,
        set: (path, value) => change({ text: writeJobText(withValue(read.job, path, value)) }),
      }
    : null;
  return {
    draft,
    check,
    change,
    /** The job as the form shows it; null where the text is no JSON object. */
    job,
    whyNoJob: read.ok ? null : read.why,
    submitted,
    /** The job that the draft was, before it was changed; the draft has a new key since. */
    queuedBefore,
    sending,
    submit() {
      check.ask();
      if (check.input === null || sending.isSending) return;
      setQueuedBefore(null);
      sending.send(check.input);
    },
    discard() {
      draft.discard();
      sending.forget();
      setQueuedBefore(null);
    },
    startAnother() {
      draft.startAnother();
      check.startAnew();
      setSubmitted(null);
    },
  };
}
